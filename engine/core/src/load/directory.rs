//! Which files of a directory are configuration.

use std::{
    io,
    path::{Path, PathBuf},
};

use trueup_lang::context::{FileKind, Files};

/// A directory that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot list the directory {path}: {source}")]
pub struct DirectoryError {
    /// The directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The configuration files of a directory, normal ones and override files,
/// each sorted by name.
///
/// # Errors
/// Where the directory cannot be listed.
pub fn config_files(
    files: &dyn Files,
    dir: &Path,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), DirectoryError> {
    let listed = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let names = files.list(listed).map_err(|source| DirectoryError {
        path: dir.to_owned(),
        source,
    })?;
    let (mut normal, mut overrides) = (Vec::new(), Vec::new());
    for name in names {
        let Some(text) = name.to_str() else { continue };
        let Some(base) = text
            .strip_suffix(".tf")
            .or_else(|| text.strip_suffix(".tf.json"))
        else {
            continue;
        };
        let path = dir.join(text);
        if is_ignored(text) || matches!(files.kind(&path), Ok(FileKind::Directory)) {
            continue;
        }
        if base == "override" || base.ends_with("_override") {
            overrides.push(path);
        } else {
            normal.push(path);
        }
    }
    Ok((normal, overrides))
}

/// Hidden files and the temporary files of editors.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}
