//! `cargo xtask test`

use trueup_sandbox::{Cache, build};

use crate::{process, sandbox};

/// Run the tests; with --fast those of the inner loop only
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// Only what needs no other process: neither the end-to-end tests of the
    /// command line, nor those in the sandbox, nor the doc tests
    #[arg(long)]
    fast: bool,

    /// Only tests whose names contain this
    filter: Option<String>,
}

pub(crate) fn run(args: &TestArgs) -> anyhow::Result<()> {
    if !args.fast && build_sandbox()? && args.filter.is_none() {
        sandbox::test()?;
    }
    let mut command = process::cargo();
    command.args(["test", "--workspace", "--locked"]);
    if args.fast {
        command.args([
            "--lib",
            "--tests",
            "--exclude",
            "trueup",
            "--exclude",
            "xtask",
            "--exclude",
            "trueup-sandbox",
        ]);
        // The suites of resource types stand beside quick tests.
        command.env("TRUEUP_SANDBOX", "off");
        command.env("TRUEUP_BROWSER", "off");
    }
    command.args(&args.filter);
    process::run(&mut command)?;
    match args.fast {
        true => Ok(()),
        false => crash(args),
    }
}

/// Builds the sandbox where that has not been done: it takes minutes, and
/// tests would not say why. Whether there is one then.
fn build_sandbox() -> anyhow::Result<bool> {
    let tools = [("go", "version"), ("python3", "--version")];
    // Where one is missing the tests say so, or fail.
    let can_build = tools
        .iter()
        .all(|(tool, probe)| process::is_installed(tool, probe));
    if can_build {
        build(&Cache::of_user()?)?;
    }
    Ok(can_build)
}

/// The tests that kill the process at each of its steps need it built with
/// the provider for tests.
fn crash(args: &TestArgs) -> anyhow::Result<()> {
    let mut command = process::cargo();
    // The whole workspace, so that what it depends on is not built once more
    // with other features.
    command.args(["test", "--workspace", "--locked"]);
    command.args(["--features", "trueup/test-provider", "--test", "crash"]);
    command.args(&args.filter);
    process::run(&mut command)
}
