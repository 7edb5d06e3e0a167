//! `trueup workspace list`

use trueup_state::Backend;

use super::Context;
use crate::{
    error::CommandError,
    states::{
        error,
        session::{self, FileArgs},
        workspace,
    },
};

/// List the workspaces, the current one with a star
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup workspace list")]
pub(crate) struct ListArgs {}

pub(crate) fn run(_: &ListArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let current = workspace::current(context.environment)?;
    let backend = session::backend(&FileArgs::default(), context)?;
    let names = backend
        .workspaces()
        .map_err(|problem| error::backend(&problem))?;
    let mut text = String::new();
    for name in &names {
        text.push_str(if *name == current { "* " } else { "  " });
        text.push_str(name);
        text.push('\n');
    }
    text.push('\n');
    if workspace::overridden(context.environment).is_some() {
        text.push_str(
            "\n\nThe active workspace is being overridden using the TF_WORKSPACE environment\nvariable.\n\n",
        );
    }
    context.ui.print(&text)
}
