//! Which workspace is meant.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use trueup_state::DEFAULT_WORKSPACE;

use crate::{environment::Environment, error::CommandError};

/// Where Terraform keeps what `init` installs and `workspace select` says.
pub(crate) fn data_dir(environment: &Environment) -> PathBuf {
    environment
        .variable("TF_DATA_DIR")
        .map_or_else(|| PathBuf::from(".terraform"), PathBuf::from)
}

/// `TF_WORKSPACE`, if it is set.
pub(crate) fn overridden(environment: &Environment) -> Option<&str> {
    environment.variable("TF_WORKSPACE")
}

/// The workspace: `TF_WORKSPACE`, or what `workspace select` wrote down.
///
/// # Errors
/// If `TF_WORKSPACE` is no name of a workspace.
pub(crate) fn current(environment: &Environment) -> Result<String, CommandError> {
    match overridden(environment) {
        Some(name) if is_valid(name) => Ok(name.to_owned()),
        Some(_) => Err(CommandError::usage(
            "Invalid workspace name set using TF_WORKSPACE",
            "",
        )),
        None => Ok(selected(&environment.place(&data_dir(environment)))),
    }
}

fn selected(data_dir: &Path) -> String {
    let text = fs::read_to_string(data_dir.join("environment")).unwrap_or_default();
    match text.trim() {
        "" => DEFAULT_WORKSPACE.to_owned(),
        name => name.to_owned(),
    }
}

/// Writes down that `name` is the workspace from now on.
///
/// # Errors
/// What the file system answers.
pub(crate) fn select(environment: &Environment, name: &str) -> Result<(), CommandError> {
    let dir = environment.place(&data_dir(environment));
    let path = dir.join("environment");
    let write = || -> io::Result<()> {
        fs::create_dir_all(&dir)?;
        fs::write(&path, name)
    };
    write().map_err(|source| CommandError::io("Failed to select the workspace", &path, source))
}

/// Whether a workspace may have this name: it must be the same within an URL.
pub(crate) fn is_valid(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~$&+:=@".contains(c);
    !name.is_empty() && name.chars().all(plain)
}
