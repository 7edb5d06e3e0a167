//! `cargo xtask demo`

mod chart;
mod job;
mod language;
mod outside;
mod page;
mod picture;
mod terminal;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// Plan, apply, disturb, repair and destroy stacks/loki in the sandbox
#[derive(clap::Args)]
pub(crate) struct DemoArgs {
    /// Leave the sandbox and the stack there, for playing
    #[arg(long)]
    keep: bool,

    /// Show the language instead: no sandbox, a small stack and its mistakes
    #[arg(long, conflicts_with = "keep")]
    language: bool,

    /// Chart to install instead of grafana/loki-stack: a folder or an archive
    #[arg(long, value_name = "PATH")]
    chart: Option<PathBuf>,

    /// Show this program instead of building one
    #[arg(long, value_name = "PROGRAM")]
    trueup: Option<PathBuf>,

    /// Write what is shown to an SVG file, too
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    if args.language {
        return language::run();
    }
    job::run(args)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
