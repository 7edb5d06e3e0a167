//! `cargo xtask test`

use crate::process;

/// Run the tests; with --fast those of the inner loop only
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// Leave out the end-to-end tests of the command line and the doc tests
    #[arg(long)]
    fast: bool,

    /// Only tests whose names contain this
    filter: Option<String>,
}

pub(crate) fn run(args: &TestArgs) -> anyhow::Result<()> {
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
        ]);
    }
    command.args(&args.filter);
    process::run(&mut command)?;
    match args.fast {
        true => Ok(()),
        false => crash(args),
    }
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
