//! `cargo xtask bench`

use crate::process::build_trueup;

/// Time trueup and terraform side by side
#[derive(clap::Args)]
pub(crate) struct BenchArgs {}

pub(crate) fn run(_: &BenchArgs) -> anyhow::Result<()> {
    build_trueup(true)?;
    Ok(())
}
