//! `trueup workspace new`

use std::{fs, path::PathBuf};

use trueup_state::{Backend, LocalBackend, Snapshot};

use super::{Context, check_name, refuse};
use crate::{
    error::CommandError,
    states::{
        error,
        session::{self, FileArgs, LockArgs, Session},
        workspace,
    },
};

/// Make a workspace and switch to it
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  trueup workspace new staging")]
pub(crate) struct NewArgs {
    /// Its name
    name: String,

    /// Begin with a copy of the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    #[command(flatten)]
    lock: LockArgs,
}

pub(crate) fn run(args: &NewArgs, context: &Context<'_>) -> Result<(), CommandError> {
    let name = &args.name;
    check_name(name, context)?;
    if workspace::overridden(context.environment).is_some_and(|current| current != name) {
        return Err(refuse(OVERRIDDEN, context));
    }
    let backend = session::backend(&FileArgs::default(), context)?;
    let names = backend
        .workspaces()
        .map_err(|problem| error::backend(&problem))?;
    if names.contains(name) {
        let text = format!("Workspace {name:?} already exists\n");
        return Err(refuse(&text, context));
    }
    let given = args.state.as_ref().map(read).transpose()?.flatten();
    create(&backend, name, context)?;
    let Some(mut given) = given else {
        return Ok(());
    };
    given.lineage = session::new_uuid()?;
    let path = backend.path_of(name);
    let mut session = Session::open_file(path, None, &args.lock, "workspace-new", context)?;
    session.write(given)?;
    session.close()
}

fn read(path: &PathBuf) -> Result<Option<Snapshot>, CommandError> {
    let bytes = fs::read(path)
        .map_err(|source| CommandError::io("Failed to read the state to copy", path, source))?;
    Snapshot::read(&bytes).map_err(|problem| {
        CommandError::usage(
            "Unsupported state file format",
            format!("{} cannot be used: {problem}.", path.display()),
        )
    })
}

/// Makes a workspace and selects it.
pub(super) fn create(
    backend: &LocalBackend,
    name: &str,
    context: &Context<'_>,
) -> Result<(), CommandError> {
    let created = backend.create_workspace(name);
    created.map_err(|problem| error::backend(&problem))?;
    workspace::select(context.environment, name)?;
    let created = format!("Created and switched to workspace {name:?}!");
    context.ui.print(&context.ui.styled("1;32", &created))?;
    context.ui.print(
        "\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"terraform plan\" Terraform will not see any existing state\nfor this configuration.\n",
    )
}

const OVERRIDDEN: &str = "
The workspace is currently overridden using the TF_WORKSPACE environment
variable. You cannot create a new workspace when using this setting.

To create a new workspace, either unset this environment variable or update it
to match the workspace name you are trying to create, and then run this command
again.

";
