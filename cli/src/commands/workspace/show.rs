//! `trueup workspace show`

use super::Context;
use crate::{error::CommandError, states::workspace};

/// Show the name of the current workspace
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup workspace show")]
pub(crate) struct ShowArgs {
    #[arg(hide = true)]
    ignored: Vec<String>,
}

pub(crate) fn run(args: &ShowArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let ShowArgs { ignored: _ } = args;
    let name = workspace::current(context.environment)?;
    context.ui.print(&format!("{name}\n"))
}
