//! `trueup workspace`

mod delete;
mod list;
mod new;
mod select;
mod show;

use clap::Subcommand;

use super::Context;
use crate::error::CommandError;

/// List, select, make and delete workspaces
#[derive(clap::Args, Debug)]
pub(crate) struct WorkspaceArgs {
    #[command(subcommand)]
    command: WorkspaceCommand,
}

#[derive(Subcommand, Debug)]
enum WorkspaceCommand {
    Delete(delete::DeleteArgs),
    List(list::ListArgs),
    New(new::NewArgs),
    Select(select::SelectArgs),
    Show(show::ShowArgs),
}

pub(crate) fn run(args: &WorkspaceArgs, context: &Context<'_>) -> Result<(), CommandError> {
    match &args.command {
        WorkspaceCommand::Delete(args) => delete::run(args, context),
        WorkspaceCommand::List(args) => list::run(args, context),
        WorkspaceCommand::New(args) => new::run(args, context),
        WorkspaceCommand::Select(args) => select::run(args, context),
        WorkspaceCommand::Show(args) => show::run(args, context),
    }
}

/// Ends the command with a message that is no diagnostic.
fn refuse(text: &str, context: &Context<'_>) -> CommandError {
    context.ui.complain(text);
    CommandError::Reported
}

fn check_name(name: &str, context: &Context<'_>) -> Result<(), CommandError> {
    if crate::states::workspace::is_valid(name) {
        return Ok(());
    }
    let text = format!(
        "\nThe workspace name {name:?} is not allowed. The name must contain only URL safe\ncharacters, and no path separators.\n\n"
    );
    Err(refuse(&text, context))
}

fn missing(name: &str, context: &Context<'_>) -> CommandError {
    let text = format!(
        "Workspace {name:?} doesn't exist.\n\nYou can create this workspace with the \"new\" subcommand \nor include the \"-or-create\" flag with the \"select\" subcommand.\n"
    );
    refuse(&text, context)
}
