//! `cargo xtask deny`

use crate::process::{self, cargo, is_installed};

/// The version the rules in deny.toml are written for.
const VERSION: &str = "0.20.2";

/// Check licences, sources and banned dependencies with cargo-deny,
/// installing it if it is missing
#[derive(clap::Args)]
pub(crate) struct DenyArgs {}

pub(crate) fn run(_: &DenyArgs) -> anyhow::Result<()> {
    if !is_installed("cargo-deny", "--version") {
        println!("installing cargo-deny {VERSION}");
        process::run(
            cargo()
                .args(["install", "--locked", "--quiet", "cargo-deny"])
                .args(["--version", VERSION]),
        )?;
    }
    process::run(cargo().args([
        "deny",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}
