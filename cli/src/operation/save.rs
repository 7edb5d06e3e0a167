//! Plans to files and back.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use trueup_core::plan_file::{self, PlanFile, PlanFileError};

use crate::error::CommandError;

/// Writes a saved plan, readable for its owner only.
///
/// # Errors
/// If it cannot be written; a file that was there is left as it was.
pub(crate) fn write(path: &Path, file: &PlanFile) -> Result<(), CommandError> {
    let failed = |problem: String| {
        CommandError::usage(
            "Failed to write plan file",
            format!("The plan file could not be written: {problem}."),
        )
    };
    let bytes = plan_file::write(file).map_err(|problem| failed(problem.to_string()))?;
    place(path, &bytes)
        .map_err(|problem| failed(format!("open {}: {}", path.display(), plain(&problem))))
}

fn place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if special {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(name);
    let written = create_private(&temporary)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        drop(fs::remove_file(&temporary));
    }
    written
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Reads a saved plan to apply it.
///
/// # Errors
/// If there is none, or it cannot be used.
pub(crate) fn read(path: &Path) -> Result<PlanFile, CommandError> {
    let failed = |detail: String| {
        CommandError::usage(
            format!(
                "Failed to load {:?} as a plan file",
                path.display().to_string()
            ),
            detail,
        )
    };
    if path.is_dir() {
        return Err(failed("The specified path is a directory, not a plan file. You can use the global -chdir flag to use this directory as the configuration root.".to_owned()));
    }
    let bytes = fs::read(path).map_err(|problem| {
        failed(format!(
            "Error: stat {}: {}",
            path.display(),
            plain(&problem)
        ))
    })?;
    plan_file::read(&bytes).map_err(|problem| failed(explained(&problem)))
}

/// What is wrong with a saved plan, and what to do about it.
pub(crate) fn explained(problem: &PlanFileError) -> String {
    let advice = match problem {
        PlanFileError::Foreign | PlanFileError::Terraform => {
            "Save a plan with \"trueup plan -out=FILE\"."
        }
        PlanFileError::Version { .. }
        | PlanFileError::Truncated { .. }
        | PlanFileError::Checksum
        | PlanFileError::Contents(_)
        | PlanFileError::Ephemeral { .. } => "Make a new plan and save it again.",
    };
    format!("Error: {problem}.\n\n{advice}")
}

/// What the system said, without its number.
fn plain(problem: &io::Error) -> String {
    match problem.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => problem.to_string(),
    }
}
