//! What goes wrong with a state, in words that help.

use std::path::Path;

use trueup_state::{
    BackendError, LocalError, LockError, LockInfo,
    journal::{JournalError, ReconcileError},
    snapshot::SnapshotError,
};

use crate::error::CommandError;

/// Shown where a state is needed and there is none.
pub(crate) const NO_STATE: &str = "No state file was found!

State management commands require a state file. Run this command
in a directory where Terraform has been run or use the -state flag
to point the command to a specific state location.
";

/// A state that cannot be used, and how to get it back.
pub(crate) fn backend(error: &BackendError) -> CommandError {
    match error {
        BackendError::Local(LocalError::Unusable {
            path,
            source,
            backup,
        }) => {
            let path = path.display();
            let mut detail = format!("{path} cannot be used: {source}.");
            if let SnapshotError::Newer { .. } = source {
                detail.push_str(" It was written by a newer version of Terraform.");
            }
            detail.push_str(" The file is left as it is.");
            match backup {
                Some(backup) => detail.push_str(&format!(
                    "\n\nThe backup {} is whole. To go back to it, move {path} aside and run \"trueup state push {}\".",
                    backup.display(),
                    backup.display()
                )),
                None => detail.push_str(&format!(
                    "\n\nTo get it back, move {path} aside and run \"trueup state push FILE\" with a copy that is whole."
                )),
            }
            CommandError::usage("Unsupported state file format", detail)
        }
        BackendError::Local(LocalError::Io {
            doing,
            path,
            source,
        }) => CommandError::usage(
            "Failed to access the state",
            format!("could not {doing} {}: {source}", path.display()),
        ),
        BackendError::Journal(problem) => journal(problem),
        BackendError::Reconcile { path, source } => unfitting(path, source),
        BackendError::DefaultWorkspace => CommandError::usage(error.to_string(), ""),
    }
}

/// A journal that cannot be read or written.
fn journal(error: &JournalError) -> CommandError {
    let detail = match error {
        JournalError::Damaged { path, .. } => format!(
            "{error}. It tells what an interrupted run did, and nothing is changed before it is understood. Both the journal and the state are left as they are.\n\nIf you have a copy of the journal, put it back. Otherwise move {} aside, run \"trueup plan\" to see what the state knows, and import what the interrupted run made.",
            path.display()
        ),
        _ => format!("{error}."),
    };
    CommandError::usage("Failed to use the journal", detail)
}

/// A journal and a state that do not belong together.
fn unfitting(path: &Path, error: &ReconcileError) -> CommandError {
    let journal = path.display();
    let help = match error {
        ReconcileError::Missing { serial, .. } => format!(
            "Put the state back: \"trueup state push FILE\" takes a copy, such as the backup beside it; serial {serial} fits best, but older ones do, too."
        ),
        ReconcileError::Foreign {
            journal: lineage, ..
        } => format!(
            "Put the state with lineage {lineage:?} back, so that what the interrupted run made is recovered. If that state is given up, move {journal} aside."
        ),
        ReconcileError::NoBegin | ReconcileError::Address { .. } => format!(
            "If you have a copy of the journal, put it back. Otherwise move {journal} aside and import what the interrupted run made."
        ),
    };
    CommandError::usage(
        "Journal does not fit the state",
        format!(
            "A run was interrupted and left the journal {journal}, but it cannot be used: {error}. Both are left as they are.\n\n{help}"
        ),
    )
}

/// A lock that was not given, with its holder.
pub(crate) fn lock(error: &LockError) -> CommandError {
    let message = match error {
        LockError::Held { holder } => {
            let rest = match holder {
                Ok(info) => holder_text(info),
                Err(reason) => reason.clone(),
            };
            format!("resource temporarily unavailable\n{rest}")
        }
        LockError::Io { .. } => error.to_string(),
    };
    CommandError::usage(
        "Error acquiring the state lock",
        format!(
            "Error message: {message}\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time. Please resolve the issue above and try\nagain. For most commands, you can disable locking with the \"-lock=false\"\nflag, but this is not recommended."
        ),
    )
}

fn holder_text(info: &LockInfo) -> String {
    let created = info.created.replace('T', " ").replace('Z', " +0000 UTC");
    format!(
        "Lock Info:\n  ID:        {}\n  Path:      {}\n  Operation: {}\n  Who:       {}\n  Version:   {}\n  Created:   {created}\n  Info:      {}\n",
        info.id, info.path, info.operation, info.who, info.version, info.info
    )
}
