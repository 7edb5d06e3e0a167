//! `cargo xtask bench kubernetes`, `release` and `aws`: config maps, releases and
//! the objects of an account, made in the sandbox, looked at and destroyed by each
//! program in turn.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, ensure};
use trueup_sandbox::{Cache, Options, Sandbox, build};

use super::{
    inputs, measure,
    measure::Usage,
    report::{figures, ratio},
};
use crate::process::is_installed;

/// What is done with them, and with which command.
const STEPS: [(&str, &[&str]); 4] = [
    ("plan", &["plan", "-input=false"]),
    ("apply", &["apply", "-auto-approve", "-input=false"]),
    ("no-op plan", &["plan", "-input=false"]),
    ("destroy", &["destroy", "-auto-approve", "-input=false"]),
];

/// Something that is made in the sandbox.
pub(super) struct Job {
    /// What it is, after "plan of".
    pub(super) name: String,
    /// The folder of its configuration.
    pub(super) dir: PathBuf,
    /// Whether Terraform is measured, too, where its provider can be had.
    pub(super) compared: bool,
    /// More of the environment.
    pub(super) variables: BTreeMap<String, String>,
}

/// Measures the jobs that `prepare` makes in a folder for a sandbox.
pub(super) fn run(
    trueup: &Path,
    work: &Path,
    runs: usize,
    limit: Duration,
    prepare: impl FnOnce(&Path, &Sandbox) -> anyhow::Result<Vec<Job>>,
) -> anyhow::Result<()> {
    let sandbox = start(work)?;
    let jobs = prepare(work, &sandbox)?;
    measured(trueup, jobs, runs, limit)?;
    sandbox.stop()
}

/// Goes through all steps of the jobs and prints what they took.
pub(super) fn measured(
    trueup: &Path,
    jobs: Vec<Job>,
    runs: usize,
    limit: Duration,
) -> anyhow::Result<()> {
    for job in jobs {
        let terraform = job.compared && initialize(&job.dir)?;
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..runs {
            ours.push(round(trueup.as_os_str(), &job, limit)?);
            if terraform {
                theirs.push(round(OsStr::new("terraform"), &job, limit)?);
            }
        }
        for (step, (name, _)) in STEPS.iter().enumerate() {
            let of = |rounds: &[Vec<Usage>]| {
                let step: Vec<Usage> = rounds.iter().map(|round| round[step]).collect();
                (!step.is_empty()).then(|| Usage::median(&step))
            };
            if let Some(ours) = of(&ours) {
                println!("{}", line(name, &job.name, &ours, of(&theirs)));
            }
        }
    }
    Ok(())
}

/// Config maps, each a resource of its own.
pub(super) fn config_maps(work: &Path, sandbox: &Sandbox) -> anyhow::Result<Vec<Job>> {
    let kubeconfig = &sandbox.description().direct_kubeconfig;
    let job = |count: usize| {
        let dir = work.join(format!("config-maps-{count}"));
        fs::create_dir(&dir)?;
        inputs::config_maps(&dir, count, kubeconfig)?;
        Ok(Job {
            name: format!("{count} config maps"),
            dir,
            compared: true,
            variables: BTreeMap::new(),
        })
    };
    [100, 1_000].into_iter().map(job).collect()
}

/// Releases: of a chart with many objects and, where there are charts, of
/// loki-stack with the values beside it.
pub(super) fn releases(
    work: &Path,
    sandbox: &Sandbox,
    charts: Option<&Path>,
) -> anyhow::Result<Vec<Job>> {
    let kubeconfig = &sandbox.description().direct_kubeconfig;
    let job = |name: &str, chart: &Path, values: Option<&Path>, namespace: &str| {
        let dir = work.join(namespace);
        fs::create_dir(&dir)?;
        inputs::release(&dir, chart, values, namespace, kubeconfig)?;
        anyhow::Ok(Job {
            name: name.to_owned(),
            dir,
            compared: false,
            variables: BTreeMap::new(),
        })
    };
    let large = work.join("large");
    inputs::chart_of_config_maps(&large, 300)?;
    let mut jobs = vec![job(
        "a release of 300 objects",
        &large,
        None,
        "release-large",
    )?];
    if let Some(charts) = charts {
        let chart = charts.join("loki-stack");
        let values = charts.join("loki-stack-seed-values.yaml");
        let values = values.is_file().then_some(values.as_path());
        jobs.push(job(
            "a release of loki-stack",
            &chart,
            values,
            "release-loki",
        )?);
    }
    Ok(jobs)
}

/// The AWS half of a stack: what the end-to-end tests count the calls of.
pub(super) fn account(work: &Path, sandbox: &Sandbox, trueup: &Path) -> anyhow::Result<Vec<Job>> {
    let variables = variables(sandbox);
    let front = work.join("front");
    fs::create_dir(&front)?;
    inputs::load_balancer(&front)?;
    said(
        trueup,
        &front,
        &variables,
        &["apply", "-auto-approve", "-input=false"],
    )?;
    let dir = work.join("account");
    fs::create_dir(&dir)?;
    inputs::account(&dir)?;
    Ok(vec![Job {
        name: "an AWS stack".to_owned(),
        dir,
        compared: true,
        variables,
    }])
}

/// The environment that leads to the sandbox.
pub(super) fn variables(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let variables = sandbox.description().environment().into_iter();
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    variables.collect()
}

/// What trueup says in a folder.
pub(super) fn said(
    trueup: &Path,
    dir: &Path,
    variables: &BTreeMap<String, String>,
    arguments: &[&str],
) -> anyhow::Result<String> {
    let mut command = Command::new(trueup);
    command.args(arguments).current_dir(dir).envs(variables);
    let output = command.output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {error}", dir.display());
    Ok(String::from_utf8(output.stdout)?)
}

/// A sandbox in a folder.
pub(super) fn start(work: &Path) -> anyhow::Result<Sandbox> {
    let programs = build(&Cache::of_user()?)?;
    Sandbox::start(programs, &work.join("sandbox"), &Options::default())
        .context("could not start the sandbox")
}

/// Whether Terraform can work here.
fn initialize(dir: &Path) -> anyhow::Result<bool> {
    if !is_installed("terraform", "version") {
        return Ok(false);
    }
    let init = Command::new("terraform")
        .args(["init", "-backend=false", "-input=false"])
        .current_dir(dir)
        .output()?;
    if !init.status.success() {
        println!("left out: terraform, whose provider for Kubernetes cannot be had here");
    }
    Ok(init.status.success())
}

/// All steps, from nothing to nothing.
fn round(program: &OsStr, job: &Job, limit: Duration) -> anyhow::Result<Vec<Usage>> {
    let steps = STEPS.iter().map(|(_, arguments)| {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        measure::run_with(program, &arguments, &job.dir, limit, &job.variables)
    });
    steps.collect()
}

fn line(step: &str, job: &str, ours: &Usage, theirs: Option<Usage>) -> String {
    let name = format!("{step} of {job}");
    let own = format!(
        "{} {:>7.1} ms of processor",
        figures(ours),
        ours.cpu * 1_000.0
    );
    match theirs {
        None => format!("{name:<40} {own}"),
        Some(theirs) => format!(
            "{name:<40} {own}   against {}   {} faster",
            figures(&theirs),
            ratio(&theirs, ours)
        ),
    }
}
