//! One service for one history.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// The right to write a history, for as long as this lives.
#[derive(Debug)]
pub struct Claim {
    _file: File,
}

/// Why there is no such right.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process has it.
    #[error("Another process uses the history in {}.", .folder.display())]
    Taken {
        /// The folder of the history.
        folder: PathBuf,
    },
    /// Whether another process has it cannot be told.
    #[error("The history in {} cannot be locked: {source}.", .folder.display())]
    Io {
        /// The folder of the history.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The file that is locked.
const FILE: &str = "lock";

impl Claim {
    /// Takes it. Should the process die, it is free again.
    ///
    /// # Errors
    /// [`ClaimError`]
    pub fn take(folder: &Path) -> Result<Self, ClaimError> {
        let failed = |source| ClaimError::Io {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let file = File::create(folder.join(FILE)).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Claim { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ClaimError::Taken {
                folder: folder.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
