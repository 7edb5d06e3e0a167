//! `cargo xtask bench`
//!
//! Both programs run in turn in the same minutes, so that a machine that slows
//! down slows both; medians and their ratio are what counts.

mod case;
mod drift;
mod inputs;
mod job;
mod measure;
mod report;
mod sandboxed;
mod stage;

use std::{path::Path, time::Duration};

use anyhow::Context;

pub(crate) use self::measure::{MeasureArgs, run_measured};

use self::{
    case::{ALL_CHARTS, Case, Program},
    measure::Usage,
    stage::Stage,
};
use crate::process::{self, Profile, build_trueup, cargo, is_installed, workspace_root};

/// Time trueup and the program it is held against, side by side
#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// Only cases whose names contain this; `kubernetes` for config maps,
    /// `release` for releases, `aws` for the objects of an account, `job` for
    /// stacks/loki and `drift` for checks of many stacks in the sandbox, which are
    /// measured by themselves
    filter: Option<String>,

    /// How often each program runs in each case
    #[arg(long, default_value_t = 3)]
    runs: usize,

    /// Write the tables to docs/benchmarks.md
    #[arg(long)]
    write: bool,

    /// Stop a program that runs longer than so many seconds
    #[arg(long, default_value_t = 400)]
    limit: u64,

    /// Measure this binary instead of building one
    #[arg(long, value_name = "FILE")]
    trueup: Option<std::path::PathBuf>,

    /// Folder of Helm charts to render, laid out as CHART/Chart.yaml
    #[arg(long, value_name = "DIR")]
    charts: Option<std::path::PathBuf>,
}

/// A program that takes longer than so many seconds is not run again.
const TOO_SLOW: f64 = 20.0;

/// The figures of one case.
struct Outcome {
    case: Case,
    trueup: Usage,
    other: Option<Usage>,
}

pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let trueup = match &args.trueup {
        Some(trueup) => trueup.clone(),
        None => build_trueup(Profile::Dist)?,
    };
    let work = tempfile::tempdir()?;
    let filter = args.filter.as_deref().unwrap_or_default();
    let limit = Duration::from_secs(args.limit);
    match filter {
        "kubernetes" => {
            let prepare = sandboxed::config_maps;
            return sandboxed::run(&trueup, work.path(), args.runs, limit, prepare);
        }
        "release" => {
            let charts = args.charts.as_deref();
            let prepare = |work: &Path, sandbox: &_| sandboxed::releases(work, sandbox, charts);
            return sandboxed::run(&trueup, work.path(), args.runs, limit, prepare);
        }
        "aws" => {
            let prepare = |work: &Path, sandbox: &_| sandboxed::account(work, sandbox, &trueup);
            return sandboxed::run(&trueup, work.path(), args.runs, limit, prepare);
        }
        "job" => {
            let charts = args.charts.as_deref();
            return job::run(&trueup, work.path(), args.runs, limit, charts);
        }
        "drift" => return drift::run(&trueup, work.path(), args.runs, limit),
        _ => {}
    }
    let mut outcomes = Vec::new();
    if args.charts.is_none() {
        println!("skipped: rendering of charts, as --charts names no folder of them");
    }
    for case in case::all(args.charts.as_deref()) {
        if !case.name.contains(filter) {
            continue;
        }
        let in_one_process = case.name == ALL_CHARTS;
        let outcome = run_case(case, &trueup, work.path(), args)?;
        println!("{}", report::line(&outcome));
        outcomes.push(outcome);
        if let Some(charts) = args.charts.as_deref().filter(|_| in_one_process) {
            render_all(charts)?;
        }
    }
    print!("{}", report::growth(&outcomes));
    if args.write {
        let path = workspace_root().join("docs/benchmarks.md");
        std::fs::write(&path, report::page(&outcomes))
            .with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

/// The same charts as the engine has them: in one process, one after the other.
fn render_all(charts: &Path) -> anyhow::Result<()> {
    let bench = "bench --quiet --profile dist --package trueup-helm --bench render -- --cases";
    let mut command = cargo();
    command.args(bench.split(' ')).arg(charts.canonicalize()?);
    process::run(&mut command)
}

fn run_case(case: Case, trueup: &Path, work: &Path, args: &BenchArgs) -> anyhow::Result<Outcome> {
    let limit = Duration::from_secs(args.limit);
    let stage = Stage::new(&case, trueup, work)
        .with_context(|| format!("could not prepare {}", case.name))?;
    let other = case
        .other
        .filter(|other| is_installed(other.name(), "version"));
    let mut ours = Vec::new();
    let mut theirs: Vec<Usage> = Vec::new();
    for _ in 0..args.runs {
        stage.reset()?;
        let (program, arguments) = case.our_command(trueup);
        ours.push(measure::run(&program, &arguments, &stage.dir, limit)?);
        let slow = theirs.last().is_some_and(|last| last.wall > TOO_SLOW);
        if let Some(other) = other
            && !slow
        {
            stage.reset()?;
            let (program, arguments) = case.other_command(other);
            theirs.push(measure::run(&program, &arguments, &stage.dir, limit)?);
        }
    }
    std::fs::remove_dir_all(&stage.dir)?;
    Ok(Outcome {
        trueup: Usage::median(&ours),
        other: (!theirs.is_empty()).then(|| Usage::median(&theirs)),
        case,
    })
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::Terraform => "terraform",
            Program::Helm => "helm",
        }
    }
}
