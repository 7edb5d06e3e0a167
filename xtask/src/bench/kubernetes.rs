//! `cargo xtask bench kubernetes`: config maps in the sandbox, made, looked at
//! and destroyed by each program in turn.

use std::{ffi::OsStr, fs, path::Path, process::Command, time::Duration};

use anyhow::Context;
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

/// Measures both programs, or ours alone where Terraform's provider cannot be
/// had.
pub(super) fn run(trueup: &Path, work: &Path, runs: usize, limit: Duration) -> anyhow::Result<()> {
    let sandbox = start(work)?;
    let kubeconfig = &sandbox.description().direct_kubeconfig;
    for count in [100, 1_000] {
        let dir = work.join(format!("config-maps-{count}"));
        fs::create_dir(&dir)?;
        inputs::config_maps(&dir, count, kubeconfig)?;
        let terraform = initialize(&dir)?;
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..runs {
            ours.push(round(trueup.as_os_str(), &dir, limit)?);
            if terraform {
                theirs.push(round(OsStr::new("terraform"), &dir, limit)?);
            }
        }
        for (step, (name, _)) in STEPS.iter().enumerate() {
            let of = |rounds: &[Vec<Usage>]| {
                let step: Vec<Usage> = rounds.iter().map(|round| round[step]).collect();
                (!step.is_empty()).then(|| Usage::median(&step))
            };
            if let Some(ours) = of(&ours) {
                println!("{}", line(name, count, &ours, of(&theirs)));
            }
        }
    }
    sandbox.stop()
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
fn round(program: &OsStr, dir: &Path, limit: Duration) -> anyhow::Result<Vec<Usage>> {
    let steps = STEPS.iter().map(|(_, arguments)| {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        measure::run(program, &arguments, dir, limit)
    });
    steps.collect()
}

fn line(step: &str, count: usize, ours: &Usage, theirs: Option<Usage>) -> String {
    let name = format!("{step} of {count} config maps");
    let own = format!("{} {:>7.2} s of processor", figures(ours), ours.cpu);
    match theirs {
        None => format!("{name:<40} {own}"),
        Some(theirs) => format!(
            "{name:<40} {own}   against {}   {} faster",
            figures(&theirs),
            ratio(&theirs, ours)
        ),
    }
}
