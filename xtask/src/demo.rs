//! `cargo xtask demo`

use std::{path::Path, process::Command};

use crate::process::{build_trueup, run as run_command, workspace_root};

/// Show what exists, on a real small stack
#[derive(clap::Args)]
pub(crate) struct DemoArgs {}

pub(crate) fn run(_: &DemoArgs) -> anyhow::Result<()> {
    let trueup = build_trueup(false)?;
    step(&trueup, &["version"])
}

fn step(trueup: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    println!("\n$ trueup {}", arguments.join(" "));
    run_command(
        Command::new(trueup)
            .args(arguments)
            .current_dir(workspace_root()),
    )
}
