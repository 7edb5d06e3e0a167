//! `trueup help`

use clap::CommandFactory;

use super::{Arguments, Context, named};
use crate::error::CommandError;

/// Print the help of trueup or of one of its commands
///
/// `trueup help plan` prints what `trueup plan -help` does.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup help plan\n  trueup help state mv")]
pub(crate) struct HelpArgs {
    /// The command: plan, or state mv
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &HelpArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let root = Arguments::command().color(super::colour(&context.ui));
    let (name, _) = named(&root, &args.command)?;
    let typed: Vec<String> = name
        .into_iter()
        .chain(["--help"])
        .map(str::to_owned)
        .collect();
    match root.try_get_matches_from(typed) {
        Ok(_) => Ok(()),
        Err(help) => Err(super::explain(help, &[], &context.ui)),
    }
}
