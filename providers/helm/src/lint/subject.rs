//! What is linted.

use std::fs;
use std::path::PathBuf;

use crate::archive::unpack;
use crate::chart::{Chart, File};
use crate::error::ChartError;
use crate::loader::{load, load_files};

/// A chart to be linted, in whatever state it is.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A folder.
    Folder(PathBuf),
    /// The files of an archive, and where that is.
    Archive {
        /// The archive's path.
        path: PathBuf,
        /// What it holds.
        files: Vec<File>,
    },
}

/// What a name of a chart's folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Missing,
    File,
    Folder,
}

impl Subject {
    /// What lies at a path: an archive by its name, else a folder.
    ///
    /// # Errors
    /// An archive that can't be read.
    pub fn at(path: PathBuf) -> Result<Self, ChartError> {
        let name = path.to_string_lossy();
        if !name.ends_with(".tgz") && !name.ends_with(".tar.gz") {
            return Ok(Subject::Folder(path));
        }
        let bytes = fs::read(&path).map_err(|error| {
            let reason = reason(&error);
            ChartError::new(format!("unable to open tarball: open {name}: {reason}"))
        })?;
        let files = unpack(&bytes).map_err(|error| error.within("unable to extract tarball"))?;
        Ok(Subject::Archive { path, files })
    }

    /// Refuses what has no `Chart.yaml`.
    pub(super) fn check(&self) -> Result<(), ChartError> {
        if self.entry("Chart.yaml") != Entry::Missing {
            return Ok(());
        }
        let path = self.path().join("Chart.yaml");
        Err(ChartError::new(format!(
            "unable to check Chart.yaml file in chart: stat {}: no such file or directory",
            path.display()
        )))
    }

    pub(super) fn path(&self) -> &PathBuf {
        match self {
            Subject::Folder(path) | Subject::Archive { path, .. } => path,
        }
    }

    /// The path from the root, as findings about the chart as such have it.
    pub(super) fn absolute(&self) -> String {
        let path = std::path::absolute(self.path());
        let path = path.unwrap_or_else(|_| self.path().clone());
        path.components().collect::<PathBuf>().display().to_string()
    }

    pub(super) fn entry(&self, name: &str) -> Entry {
        match self {
            Subject::Folder(folder) => match fs::metadata(folder.join(name)) {
                Ok(meta) if meta.is_dir() => Entry::Folder,
                Ok(_) => Entry::File,
                Err(_) => Entry::Missing,
            },
            Subject::Archive { files, .. } => {
                let inside = |file: &File| {
                    let rest = file.name.strip_prefix(name);
                    rest.is_some_and(|rest| rest.starts_with('/'))
                };
                if files.iter().any(|file| file.name == name) {
                    Entry::File
                } else if files.iter().any(inside) {
                    Entry::Folder
                } else {
                    Entry::Missing
                }
            }
        }
    }

    /// The content of a file.
    ///
    /// # Errors
    /// Why it can't be read, in Go's words.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        match self {
            Subject::Folder(folder) => {
                let path = folder.join(name);
                let data = fs::read(&path).map_err(|error| {
                    let verb = if path.is_dir() { "read" } else { "open" };
                    let reason = reason(&error);
                    format!("{verb} {}/{name}: {reason}", self.absolute())
                })?;
                Ok(File::new(name.to_owned(), data).data)
            }
            Subject::Archive { files, .. } => {
                let found = files.iter().find(|file| file.name == name);
                let missing = || format!("open {name}: no such file or directory");
                found.map(|file| file.data.clone()).ok_or_else(missing)
            }
        }
    }

    pub(super) fn load(&self) -> Result<Chart, ChartError> {
        match self {
            Subject::Folder(folder) => load(folder),
            Subject::Archive { files, .. } => load_files(files.clone()),
        }
    }
}

/// What went wrong, in the words of Unix.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}
