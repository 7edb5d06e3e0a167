//! `trueup workspace delete`

use std::fmt::Write as _;

use trueup_core::address::ResourceMode;
use trueup_state::{Backend, Snapshot};

use super::{Context, check_name, missing, refuse};
use crate::{
    error::CommandError,
    states::{
        error, lookup,
        session::{self, FileArgs, LockArgs, Session},
        workspace,
    },
};

/// Delete a workspace
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup workspace delete staging")]
pub(crate) struct DeleteArgs {
    /// Its name
    name: String,

    /// Delete it even if it holds resources, which nobody manages then
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &DeleteArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let name = &args.name;
    check_name(name, context)?;
    let backend = session::backend(&FileArgs::default(), context)?;
    let names = backend
        .workspaces()
        .map_err(|problem| error::backend(&problem))?;
    if !names.contains(name) {
        return Err(missing(name, context));
    }
    if *name == workspace::current(context.environment)? {
        let text = format!(
            "Workspace {name:?} is your active workspace.\n\nYou cannot delete the currently active workspace. Please switch\nto another workspace and try again.\n"
        );
        return Err(refuse(&text, context));
    }
    let path = backend.path_of(name);
    let session = Session::open_file(path, None, &args.lock, "workspace-delete", context)?;
    let held = session.previous.as_ref().map(managed).unwrap_or_default();
    if !held.is_empty() && !args.force {
        session.close()?;
        return Err(not_empty(name, &held));
    }
    // The lock lies in the folder that is going to be deleted.
    session.close()?;
    let deleted = backend.delete_workspace(name);
    deleted.map_err(|problem| error::backend(&problem))?;
    let mut text = context
        .ui
        .styled("32", &format!("Deleted workspace {name:?}!"));
    text.push('\n');
    if !held.is_empty() {
        let _ = write!(
            text,
            "WARNING: {name:?} was non-empty.\nThe resources managed by the deleted workspace may still exist,\nbut are no longer manageable by Terraform since the state has\nbeen deleted.\n\n"
        );
    }
    context.ui.print(&text)
}

/// The instances somebody would have to clean up after.
fn managed(snapshot: &Snapshot) -> Vec<String> {
    let all = lookup::all(snapshot).into_iter();
    let managed = all.filter(|i| i.resource.resource.mode == ResourceMode::Managed);
    managed.map(|instance| instance.to_string()).collect()
}

fn not_empty(name: &str, held: &[String]) -> CommandError {
    let mut list = String::new();
    for instance in held {
        let _ = write!(list, "\n  - {instance}");
    }
    CommandError::usage(
        "Workspace is not empty",
        format!(
            "Workspace {name:?} is currently tracking the following resource instances:{list}\n\nDeleting this workspace would cause Terraform to lose track of any associated remote objects, which would then require you to delete them manually outside of Terraform. You should destroy these objects with Terraform before deleting the workspace.\n\nIf you want to delete this workspace anyway, and have Terraform forget about these managed objects, use the -force option to disable this safety check."
        ),
    )
}
