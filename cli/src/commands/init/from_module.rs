//! A module copied into an empty folder, for `-from-module`.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use trueup_core::load::{Config, Loader, ModuleSource};

use super::{messages::Messages, modules::joined};
use crate::{commands::Context, error::CommandError, states::workspace, world};

/// Copies the module at `source` into the working folder, which must be empty.
///
/// # Errors
/// If it isn't, if the module is not a folder of this machine, if it calls
/// modules outside of itself, or if it cannot be copied.
pub(super) fn copy(
    source: &str,
    context: &Context<'_>,
    messages: &Messages<'_>,
) -> Result<(), CommandError> {
    let data_dir = workspace::data_dir(context.environment);
    if !is_empty(&data_dir)? {
        return Err(CommandError::usage(
            "Can't populate non-empty directory",
            "The target directory . is not empty, so it cannot be initialized with the -from-module=... option.",
        ));
    }
    messages.copying(source)?;
    let from = folder(source)?;
    stays_inside(&from, &data_dir, context)?;
    copy_folder(&from, Path::new("."))
        .map_err(|(path, problem)| CommandError::io("Failed to copy the module", &path, problem))
}

fn is_empty(data_dir: &Path) -> Result<bool, CommandError> {
    let here = Path::new(".");
    let failed = |problem| CommandError::io("Failed to read the working directory", here, problem);
    for entry in fs::read_dir(here).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if Some(entry.file_name().as_os_str()) != data_dir.file_name() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The folder a source stands for.
fn folder(source: &str) -> Result<PathBuf, CommandError> {
    let local = source.starts_with("./") || source.starts_with("../");
    let path = PathBuf::from(source);
    if !local && !path.is_absolute() {
        return Err(CommandError::usage(
            "Module source not on this machine",
            format!(
                "-from-module copies folders of this machine, and \"{source}\" names none: such a source begins with ./, ../ or /. To begin with a module from elsewhere, download it and name its folder."
            ),
        ));
    }
    match fs::metadata(&path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(not_there(source, "it is not a directory")),
        Err(problem) => Err(not_there(source, &problem.to_string())),
    }
}

fn not_there(source: &str, reason: &str) -> CommandError {
    CommandError::usage(
        "Failed to download module",
        format!("Could not copy the module \"{source}\": {reason}."),
    )
}

/// Modules outside the one that is copied would not be found from its new
/// place.
fn stays_inside(from: &Path, data_dir: &Path, context: &Context<'_>) -> Result<(), CommandError> {
    let files = world::context(context.environment).files;
    let (config, _) = Loader::new(files.as_ref()).load(from, data_dir);
    let Some(call) = outside(&config) else {
        return Ok(());
    };
    Err(CommandError::usage(
        "Local module path escapes module package",
        format!(
            "The given source directory for {call} would be outside of the module that is copied, \"{}\". Local source addresses starting with \"../\" must stay within it.",
            from.display()
        ),
    ))
}

/// The first call of a module outside the root module's folder.
fn outside(config: &Config) -> Option<String> {
    let mut dirs = vec![PathBuf::new(); config.nodes().len()];
    for (id, node) in config.nodes() {
        let (Some((parent, _)), Some(call)) = (&node.parent, config.call(id)) else {
            continue;
        };
        let Some(ModuleSource::Local(source)) = &call.source else {
            continue;
        };
        let dir = joined(dirs.get(parent.0 as usize)?, source);
        if dir.components().next() == Some(Component::ParentDir) {
            return Some(node.path.to_string());
        }
        *dirs.get_mut(id.0 as usize)? = dir;
    }
    None
}

/// Copies what is not hidden.
fn copy_folder(from: &Path, to: &Path) -> Result<(), (PathBuf, io::Error)> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |problem| (path, problem)
    };
    fs::create_dir_all(to).map_err(failed(to))?;
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let (path, target) = (entry.path(), to.join(&name));
        let kind = entry.file_type().map_err(failed(&path))?;
        if kind.is_dir() {
            copy_folder(&path, &target)?;
        } else if kind.is_symlink() {
            link(&path, &target).map_err(failed(&path))?;
        } else {
            fs::copy(&path, &target).map_err(failed(&path))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}
