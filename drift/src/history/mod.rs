//! What was found, kept on disk: bounded, readable after any interruption.
//!
//! One file, a record on each line, behind its checksum. What has become too much
//! or too old is left out when the file is written anew, whole or not at all.

mod claim;
mod disk;
mod line;
pub(crate) mod moment;
mod past;
mod record;

pub use claim::{Claim, ClaimError};
pub use disk::{Disk, FileSystem};
pub use past::{Kept, Past, Point};
pub use record::{Checked, Receipt, Record, Verdict};

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};

use crate::config::Keep;

/// The name of the file in its folder.
const FILE: &str = "history.log";

/// The name of what is about to take its place.
const DRAFT: &str = "history.log.draft";

/// The version of the format that is written and read.
const FORMAT: u32 = 1;

/// Writing everything is tried again after this time, while it fails.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// The file may grow by this much before it is written anew, in bytes.
const SLACK: u64 = 1 << 20;

/// What was found so far, and the file it is in.
pub struct History {
    disk: Box<dyn Disk>,
    folder: PathBuf,
    keep: Keep,
    past: Past,
    /// Up to where the file is known to be good; none while it is not known to
    /// hold everything.
    good: Option<u64>,
    /// How long the file was when it was written anew.
    base: u64,
    /// Why nothing can be written, and when that is tried again.
    trouble: Option<(String, Timestamp)>,
}

/// What was found when the history was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Lines that are not what was written, counted from 1.
    pub lines: Vec<usize>,
    /// How many bytes of an interrupted write were cut off.
    pub torn: usize,
}

/// Why a history cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It cannot be read.
    #[error("The history {} cannot be read: {source}.", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is of a version that is not known here.
    #[error(
        "The history {} is of format {found}; this version of trueup knows {FORMAT}. Use a newer one, or another folder.",
        .path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
}

impl History {
    /// Opens the history in `folder`. That it cannot be written is no error:
    /// [`History::trouble`] tells.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub fn open(
        mut disk: Box<dyn Disk>,
        folder: &Path,
        keep: Keep,
        now: Timestamp,
    ) -> Result<(Self, Damage), HistoryError> {
        let path = folder.join(FILE);
        let made = disk.make_folder(folder);
        let bytes = match disk.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(HistoryError::Read { path, source }),
        };
        let (records, damage) = line::read(&bytes);
        let mut past = Past::default();
        for record in records {
            match record {
                Record::Format(found) if found > FORMAT => {
                    return Err(HistoryError::Format { path, found });
                }
                record => past.add(record, keep, now),
            }
        }
        let mut history = History {
            disk,
            folder: folder.to_owned(),
            keep,
            past,
            good: None,
            base: bytes.len() as u64,
            trouble: None,
        };
        history.begin(made, &bytes, &damage, now);
        Ok((history, damage))
    }

    /// Makes the file one that records can be added to.
    fn begin(&mut self, made: io::Result<()>, bytes: &[u8], damage: &Damage, now: Timestamp) {
        if let Err(error) = made {
            self.troubled(&error, now);
            return;
        }
        if bytes.is_empty() || !damage.lines.is_empty() {
            self.rewrite(now);
            return;
        }
        let good = (bytes.len() - damage.torn) as u64;
        let path = self.path();
        match self
            .disk
            .cut(&path, good)
            .and_then(|()| self.disk.sync(&path))
        {
            Ok(()) => self.good = Some(good),
            Err(error) => self.troubled(&error, now),
        }
    }

    /// Adds a record; once this returns without trouble, it stays. The record
    /// counts in memory in any case.
    pub fn add(&mut self, record: Record, now: Timestamp) {
        let bytes = match self.good {
            Some(_) => line::write(&record).ok(),
            None => None,
        };
        self.past.add(record, self.keep, now);
        match (self.good, bytes) {
            (Some(good), Some(bytes)) if good <= 2 * self.base + SLACK => {
                self.append(good, &bytes, now);
            }
            _ if self.is_patient(now) => {}
            _ => self.rewrite(now),
        }
    }

    /// Whether it is too early to try again.
    fn is_patient(&self, now: Timestamp) -> bool {
        let trouble = self.trouble.as_ref();
        trouble.is_some_and(|(_, since)| (since.duration_since(now)).abs() < PAUSE)
    }

    fn append(&mut self, good: u64, bytes: &[u8], now: Timestamp) {
        let path = self.path();
        let written = self
            .disk
            .append(&path, bytes)
            .and_then(|()| self.disk.sync(&path));
        match written {
            Ok(()) => {
                self.good = Some(good + bytes.len() as u64);
                self.trouble = None;
            }
            Err(error) => {
                // What was written of it is no record, or one that is written
                // again: the file is written anew before anything is added.
                self.good = None;
                self.troubled(&error, now);
            }
        }
    }

    /// Writes all that is kept to a new file, which then takes the place of the
    /// old one.
    fn rewrite(&mut self, now: Timestamp) {
        let bytes = std::iter::once(Record::Format(FORMAT))
            .chain(self.past.records())
            .map(|record| line::write(&record))
            .collect::<serde_json::Result<Vec<Vec<u8>>>>();
        let written = bytes.map_err(io::Error::other).and_then(|lines| {
            let bytes = lines.concat();
            self.replace(&bytes).map(|()| bytes.len() as u64)
        });
        match written {
            Ok(length) => {
                self.good = Some(length);
                self.base = length;
                self.trouble = None;
            }
            Err(error) => {
                self.good = None;
                self.troubled(&error, now);
            }
        }
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (path, draft) = (self.path(), self.folder.join(DRAFT));
        self.disk.write(&draft, bytes)?;
        self.disk.sync(&draft)?;
        self.disk.rename(&draft, &path)?;
        self.disk.sync_folder(&self.folder)
    }

    /// What was found so far.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Why nothing can be written; what is found is kept in memory until it can.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_ref().map(|(trouble, _)| trouble.as_str())
    }

    /// From now on this much is kept.
    pub fn set_keep(&mut self, keep: Keep) {
        self.keep = keep;
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn troubled(&mut self, error: &io::Error, now: Timestamp) {
        let path = self.folder.display();
        let trouble = format!("The history in {path} cannot be written: {error}.");
        self.trouble = Some((trouble, now));
    }
}
