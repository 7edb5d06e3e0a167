//! Appending to a journal so that it survives.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::{Begin, Intent, Record, Replay, Sequence, Tail, frame};
use crate::disk::{self, Disk, Step};

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
    /// It could not be written before, and what is on the disk is not known.
    #[error("the journal {} could not be written before", path.display())]
    Broken {
        /// The journal.
        path: PathBuf,
    },
}

/// A journal open for appending.
///
/// Many threads may append at once: records that wait for the disk together
/// are made durable together.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    disk: Disk,
    file: File,
    begun: Begin,
    next: Sequence,
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
    /// What follows the durable bytes is not known and cannot be cut.
    broken: bool,
}

impl Journal {
    /// Begins a journal at `path`, which must not exist.
    ///
    /// # Errors
    /// [`JournalError::Io`], also if a journal is there already.
    pub fn create(path: &Path, begin: Begin, disk: &Disk) -> Result<Journal, JournalError> {
        let error = io_error("create", path);
        let file = disk
            .step(Step::Open, path, || {
                disk::options()
                    .write(true)
                    .create_new(true)
                    .open(disk.place(path))
            })
            .map_err(&error)?;
        let journal = Journal::on(path, file, 0, begin.clone(), Sequence(0), disk);
        journal.append(&Record::Begin(begin))?;
        disk.sync_parent(path).map_err(&error)?;
        Ok(journal)
    }

    /// Puts a journal with the actions `open` in the place of the one at
    /// `path`, all at once.
    ///
    /// # Errors
    /// [`JournalError::Io`]; the old one is there then.
    pub fn replace(
        path: &Path,
        begin: Begin,
        open: &[Intent],
        disk: &Disk,
    ) -> Result<Journal, JournalError> {
        let error = io_error("replace", path);
        let intents = open.iter().cloned().map(Record::Intent);
        let mut bytes = Vec::new();
        for record in std::iter::once(Record::Begin(begin.clone())).chain(intents) {
            bytes.extend(frame::encode(&record).map_err(|source| error(source.into()))?);
        }
        let write = |out: &mut dyn Write| out.write_all(&bytes);
        let file = disk.replace_with(path, write, |_| Ok(())).map_err(&error)?;
        let last = open.iter().map(|intent| intent.sequence.0).max();
        let next = Sequence(last.map_or(0, |last| last.saturating_add(1)));
        let length = bytes.len() as u64;
        Ok(Journal::on(path, file, length, begin, next, disk))
    }

    /// Opens the journal at `path` to go on after its last whole record,
    /// cutting what follows that; a tail that cannot be read is kept in a file
    /// beside it. `None` if it has no records.
    ///
    /// # Errors
    /// [`JournalError::Io`]
    pub fn resume(
        path: &Path,
        replay: &Replay,
        disk: &Disk,
    ) -> Result<Option<Journal>, JournalError> {
        let error = io_error("resume", path);
        if let Tail::Unreadable(_) = replay.tail {
            let bytes = fs::read(disk.place(path)).map_err(&error)?;
            let copy = disk::sibling(path, "", ".unreadable");
            let kept = disk.replace(&copy, |out| out.write_all(&bytes));
            kept.map_err(&error)?;
        }
        let Some(Record::Begin(begin)) = replay.records.first() else {
            return Ok(None);
        };
        let mut file = disk
            .step(Step::Open, path, || {
                OpenOptions::new().write(true).open(disk.place(path))
            })
            .map_err(&error)?;
        if replay.tail != Tail::Clean {
            let cut = disk.step(Step::Cut, path, || file.set_len(replay.length));
            cut.map_err(&error)?;
        }
        file.seek(SeekFrom::Start(replay.length)).map_err(&error)?;
        let (begin, next) = (begin.clone(), replay.next());
        let journal = Journal::on(path, file, replay.length, begin, next, disk);
        Ok(Some(journal))
    }

    fn on(
        path: &Path,
        file: File,
        length: u64,
        begun: Begin,
        next: Sequence,
        disk: &Disk,
    ) -> Journal {
        Journal {
            path: path.to_owned(),
            disk: disk.clone(),
            file,
            begun,
            next,
            progress: Mutex::new(Progress {
                written: length,
                durable: length,
                ..Progress::default()
            }),
            synced: Condvar::new(),
        }
    }

    /// What it continues.
    pub fn begun(&self) -> &Begin {
        &self.begun
    }

    /// The number of the first action that is not in it yet.
    pub fn next(&self) -> Sequence {
        self.next
    }

    /// Appends a record and returns when it is on the disk.
    ///
    /// # Errors
    /// [`JournalError::Io`]; the record is not in the journal then, and what
    /// it speaks of must not be begun.
    pub fn append(&self, record: &Record) -> Result<(), JournalError> {
        self.append_all(std::slice::from_ref(record))
    }

    /// Appends records and returns when all of them are on the disk.
    ///
    /// # Errors
    /// As of [`Journal::append`]; none of them is in the journal then.
    pub fn append_all(&self, records: &[Record]) -> Result<(), JournalError> {
        let error = io_error("append to", &self.path);
        let mut bytes = Vec::new();
        for record in records {
            bytes.extend(frame::encode(record).map_err(|source| error(source.into()))?);
        }
        let mut progress = self.progress();
        if progress.broken {
            let path = self.path.clone();
            return Err(JournalError::Broken { path });
        }
        let written = self
            .disk
            .step(Step::Write, &self.path, || (&self.file).write_all(&bytes));
        if let Err(source) = written {
            let length = progress.written;
            self.cut(&mut progress, length);
            return Err(error(source));
        }
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
            if progress.broken || progress.written < target {
                return Err(io::Error::other("it did not reach the disk"));
            }
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
            let outcome = self
                .disk
                .step(Step::Sync, &self.path, || self.file.sync_data());
            progress = self.progress();
            progress.syncing = false;
            self.synced.notify_all();
            if let Err(error) = outcome {
                let length = progress.durable;
                self.cut(&mut progress, length);
                return Err(error);
            }
            progress.durable = progress.durable.max(reached);
        }
        Ok(())
    }

    /// Takes back what was not written whole, so that no record follows it.
    fn cut(&self, progress: &mut Progress, length: u64) {
        let cut = self.disk.step(Step::Cut, &self.path, || {
            self.file.set_len(length)?;
            (&self.file).seek(SeekFrom::Start(length))?;
            self.file.sync_data()
        });
        progress.written = length;
        progress.broken = cut.is_err();
    }

    /// Removes the journal: the snapshot holds all it said.
    ///
    /// # Errors
    /// [`JournalError::Io`]
    pub fn remove(self) -> Result<(), JournalError> {
        remove(&self.path, &self.disk)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn remove(path: &Path, disk: &Disk) -> Result<(), JournalError> {
    let removed = disk.remove(path).and_then(|()| disk.sync_parent(path));
    removed.map_err(io_error("remove", path))
}

fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::Io {
        doing,
        path: path.clone(),
        source,
    }
}
