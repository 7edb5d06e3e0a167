//! `trueup workspace select`

use trueup_state::Backend;

use super::{Context, check_name, missing, new, refuse};
use crate::{
    error::CommandError,
    states::{
        error,
        session::{self, FileArgs},
        workspace,
    },
};

/// Make another workspace the current one
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  trueup workspace select staging\n  trueup workspace select -or-create staging"
)]
pub(crate) struct SelectArgs {
    /// Its name
    name: String,

    /// Make the workspace if it doesn't exist
    #[arg(long)]
    or_create: bool,
}

pub(crate) fn run(args: &SelectArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let name = &args.name;
    let current = workspace::current(context.environment)?;
    if workspace::overridden(context.environment).is_some() {
        return Err(refuse(OVERRIDDEN, context));
    }
    check_name(name, context)?;
    if *name == current {
        return Ok(());
    }
    let backend = session::backend(&FileArgs::default(), context)?;
    let names = backend
        .workspaces()
        .map_err(|problem| error::backend(&problem))?;
    if names.contains(name) {
        workspace::select(context.environment, name)?;
        let text = format!("Switched to workspace {name:?}.\n");
        return context
            .ui
            .print(&context.ui.styled("32", text.trim_end()))
            .and_then(|()| context.ui.print("\n"));
    }
    if !args.or_create {
        context.ui.complain("\n");
        return Err(missing(name, context));
    }
    new::create(&backend, name, context)
}

const OVERRIDDEN: &str = "
The selected workspace is currently overridden using the TF_WORKSPACE
environment variable.

To select a new workspace, either update this environment variable or unset
it and then run this command again.

";
