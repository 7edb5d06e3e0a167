//! The configuration of the service.

use std::{fs, path::Path};

use trueup_drift::config::{Config, Surroundings, read};

use super::now;
use crate::{environment::Environment, error::CommandError, ui::Ui, world};

/// Reads the configuration and shows what is to be said about it.
///
/// # Errors
/// If it cannot be read, or has errors that are not about single stacks, which have
/// been shown then.
pub(super) fn load(
    path: &Path,
    environment: &Environment,
    ui: &Ui,
) -> Result<Config, CommandError> {
    let text = fs::read(environment.place(path))
        .map_err(|source| CommandError::io("Failed to read the configuration", path, source))?;
    let variable = |name: &str| environment.variable(name).map(str::to_owned);
    let files = world::context(environment).files;
    let loaded = read(
        path,
        text,
        Surroundings {
            files: files.as_ref(),
            variable: &variable,
            now: now(),
        },
    );
    ui.diagnostics(&loaded.diagnostics, &loaded.sources);
    let mut config = loaded.config.ok_or(CommandError::Reported)?;
    config.history = environment.place(&config.history);
    Ok(config)
}

/// Nothing of it was left out.
///
/// # Errors
/// If a stack was, which has been said then.
pub(super) fn whole(config: &Config) -> Result<(), CommandError> {
    match config.left_out.is_empty() {
        true => Ok(()),
        false => Err(CommandError::Reported),
    }
}
