//! What goes wrong with a state, in words that help.

use trueup_state::{BackendError, LocalError, LockError, LockInfo, snapshot::SnapshotError};

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
        BackendError::DefaultWorkspace => CommandError::usage(error.to_string(), ""),
    }
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
