//! A state in a file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Snapshot, disk::Disk, snapshot::SnapshotError};

/// Why a state file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The system refused.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds no state that can be used. It is left as it is.
    #[error("{} cannot be used: {source}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SnapshotError,
        /// A backup that is whole, if there is one.
        backup: Option<PathBuf>,
    },
}

/// A state in a file, with the one before it as a backup beside it.
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
    disk: Disk,
}

impl StateFile {
    /// The state at `path`, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        StateFile {
            path: path.into(),
            disk: Disk::default(),
        }
    }

    /// The same on `disk`.
    #[must_use]
    pub fn on(mut self, disk: &Disk) -> Self {
        self.disk = disk.clone();
        self
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        fs::read(self.disk.place(&self.path))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the state before the last run is kept.
    pub fn backup_path(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".backup");
        path.into()
    }

    /// Reads the state; `None` if there is no file or nothing in it.
    ///
    /// # Errors
    /// [`LocalError`]; an unusable file comes with its backup if that is
    /// whole.
    pub fn read(&self) -> Result<Option<Snapshot>, LocalError> {
        let bytes = match self.bytes() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|source| io_error("read", &self.path, source))?,
        };
        Snapshot::read(&bytes).map_err(|source| LocalError::Unusable {
            path: self.path.clone(),
            source,
            backup: self.whole_backup(),
        })
    }

    fn whole_backup(&self) -> Option<PathBuf> {
        let path = self.backup_path();
        let snapshot = Snapshot::read(&fs::read(self.disk.place(&path)).ok()?).ok()?;
        snapshot.map(|_| path)
    }

    /// Replaces the state: whoever reads the file, at any moment, finds the
    /// old state or the new one.
    ///
    /// # Errors
    /// [`LocalError::Io`]; the old state is there then.
    pub fn write(&self, snapshot: &Snapshot) -> Result<(), LocalError> {
        self.disk
            .replace(&self.path, |out| snapshot.write(out))
            .map_err(|source| io_error("write", &self.path, source))
    }

    /// Keeps the state as it is now as the backup.
    ///
    /// # Errors
    /// [`LocalError::Io`]; the old backup is there then.
    pub fn back_up(&self) -> Result<(), LocalError> {
        let bytes = match self.bytes() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(|source| io_error("read", &self.path, source))?,
        };
        let path = self.backup_path();
        self.disk
            .replace(&path, |out| out.write_all(&bytes))
            .map_err(|source| io_error("write", &path, source))
    }
}

pub(crate) fn io_error(doing: &'static str, path: &Path, source: io::Error) -> LocalError {
    LocalError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}
