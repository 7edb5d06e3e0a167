//! Appending to a journal so that it survives.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::{Begin, Record, frame};
use crate::durable;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system refused.
    #[error("could not {doing} the journal {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record is damaged although later ones are whole.
    #[error("the journal {} is damaged at byte {offset}, before records that are whole", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Where the damaged record begins.
        offset: u64,
    },
}

/// A journal open for appending.
///
/// Many threads may append at once: records that wait for the disk together
/// are made durable together.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    progress: Mutex<Progress>,
    synced: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// Bytes handed to the system.
    written: u64,
    /// Bytes known to be on the disk.
    durable: u64,
    /// Somebody is waiting for the disk.
    syncing: bool,
}

impl Journal {
    /// Begins a journal at `path`, which must not exist.
    ///
    /// # Errors
    /// [`JournalError::Io`], also if a journal is there already.
    pub fn create(path: &Path, begin: Begin) -> Result<Journal, JournalError> {
        let file = durable::options()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(io_error("create", path))?;
        let journal = Journal::on(path, file, 0);
        journal.append(&Record::Begin(begin))?;
        durable::sync_parent(path).map_err(io_error("create", path))?;
        Ok(journal)
    }

    /// Opens the journal at `path` to go on after its last whole record,
    /// cutting `torn` bytes behind it.
    ///
    /// # Errors
    /// [`JournalError::Io`]
    pub fn resume(path: &Path, torn: u64) -> Result<Journal, JournalError> {
        let error = io_error("resume", path);
        let mut file = OpenOptions::new().write(true).open(path).map_err(&error)?;
        let length = file.metadata().map_err(&error)?.len().saturating_sub(torn);
        file.set_len(length).map_err(&error)?;
        file.seek(SeekFrom::Start(length)).map_err(&error)?;
        Ok(Journal::on(path, file, length))
    }

    fn on(path: &Path, file: File, length: u64) -> Journal {
        Journal {
            path: path.to_owned(),
            file,
            progress: Mutex::new(Progress {
                written: length,
                durable: length,
                syncing: false,
            }),
            synced: Condvar::new(),
        }
    }

    /// Appends a record and returns when it is on the disk.
    ///
    /// # Errors
    /// [`JournalError::Io`]; the record may be torn then, and what it speaks
    /// of must not be begun.
    pub fn append(&self, record: &Record) -> Result<(), JournalError> {
        self.append_all(std::slice::from_ref(record))
    }

    /// Appends records and returns when all of them are on the disk.
    ///
    /// # Errors
    /// As of [`Journal::append`], for any of them.
    pub fn append_all(&self, records: &[Record]) -> Result<(), JournalError> {
        let error = io_error("append to", &self.path);
        let mut bytes = Vec::new();
        for record in records {
            bytes.extend(frame::encode(record).map_err(|source| error(source.into()))?);
        }
        let mut progress = self.progress();
        (&self.file).write_all(&bytes).map_err(&error)?;
        progress.written += bytes.len() as u64;
        let target = progress.written;
        self.wait_durable(progress, target).map_err(&error)
    }

    fn wait_durable<'a>(
        &'a self,
        mut progress: MutexGuard<'a, Progress>,
        target: u64,
    ) -> io::Result<()> {
        while progress.durable < target {
            if progress.syncing {
                progress = self
                    .synced
                    .wait(progress)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            progress.syncing = true;
            let reached = progress.written;
            drop(progress);
            let outcome = self.file.sync_data();
            progress = self.progress();
            progress.syncing = false;
            self.synced.notify_all();
            outcome?;
            progress.durable = progress.durable.max(reached);
        }
        Ok(())
    }

    /// Removes the journal: the snapshot holds all it said.
    ///
    /// # Errors
    /// [`JournalError::Io`]
    pub fn remove(self) -> Result<(), JournalError> {
        let error = io_error("remove", &self.path);
        std::fs::remove_file(&self.path).map_err(&error)?;
        durable::sync_parent(&self.path).map_err(&error)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::Io {
        doing,
        path: path.clone(),
        source,
    }
}
