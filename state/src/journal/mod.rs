//! The journal: what was begun and what came of it, written before and after
//! every action.
//!
//! A journal lies beside its snapshot. Each record is framed by its length and
//! checksums; what follows the last whole record is the torn tail of a write
//! that was interrupted, and is cut. Once the snapshot holds everything the
//! journal says, the journal is removed.

mod compact;
mod frame;
mod objects;
mod reconcile;
mod record;
mod writer;

pub use compact::{Leftover, Opened, begin, compact, open, settle};
pub use reconcile::{Notice, ReconcileError, Reconciled, reconcile};
pub use record::{Action, Begin, Compact, Intent, Outcome, Record, Sequence};
pub use writer::{Journal, JournalError};

use std::{fs, io, path::Path};

use crate::disk::Disk;
use frame::Frame;

/// What a journal holds.
#[derive(Debug, Default)]
pub struct Replay {
    /// The whole records, in the order they were written.
    pub records: Vec<Record>,
    /// How many bytes they take.
    pub length: u64,
    /// What follows them.
    pub tail: Tail,
}

impl Replay {
    /// The number of the next action.
    pub fn next(&self) -> Sequence {
        let numbers = self.records.iter().filter_map(|record| match record {
            Record::Intent(intent) => Some(intent.sequence.0),
            _ => None,
        });
        Sequence(numbers.max().map_or(0, |last| last.saturating_add(1)))
    }
}

/// What follows the last whole record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    #[default]
    Clean,
    /// So many bytes of a write that was interrupted. What they were to say
    /// was never begun.
    Torn(u64),
    /// So many bytes that are no part of a record: the disk has lost them, or
    /// somebody changed them.
    Unreadable(u64),
}

/// Reads the journal at `path` on `disk`; `None` if there is none.
///
/// # Errors
/// [`JournalError::Io`] if the file cannot be read;
/// [`JournalError::Damaged`] if a record is damaged that is followed by whole
/// ones: then something other than an interrupted write has happened to it.
pub fn replay(path: &Path, disk: &Disk) -> Result<Option<Replay>, JournalError> {
    match fs::read(disk.place(path)) {
        Ok(bytes) => match replay_bytes(&bytes) {
            Ok(replay) => Ok(Some(replay)),
            Err(offset) => Err(JournalError::Damaged {
                path: path.to_owned(),
                offset,
            }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError::Io {
            doing: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Reads records from the bytes of a journal.
///
/// # Errors
/// The offset of a damaged record that is followed by whole ones, or of one
/// that says what no version of this program writes.
pub fn replay_bytes(bytes: &[u8]) -> Result<Replay, u64> {
    let mut replay = Replay::default();
    let mut offset = 0;
    while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
        let left = rest.len() as u64;
        match frame::decode(rest) {
            Frame::Whole(payload, length) => {
                let record = serde_json::from_slice(payload).map_err(|_| offset as u64)?;
                replay.records.push(record);
                offset += length;
            }
            _ if frame::found_later(rest) => return Err(offset as u64),
            Frame::Cut => {
                replay.tail = Tail::Torn(left);
                break;
            }
            Frame::Unreadable => {
                replay.tail = Tail::Unreadable(left);
                break;
            }
        }
    }
    replay.length = offset as u64;
    Ok(replay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(sequence: u64) -> Record {
        Record::Intent(Intent {
            sequence: Sequence(sequence),
            address: format!("terraform_data.r{sequence}"),
            deposed: String::new(),
            action: Action::Create,
            provider: "provider[\"terraform.io/builtin/terraform\"]".into(),
            identity: None,
            deposes: None,
            unfinished: false,
            sensitive: None,
        })
    }

    fn intents(replay: &Replay) -> Vec<u64> {
        let sequence = |record: &Record| match record {
            Record::Intent(intent) => intent.sequence.0,
            _ => u64::MAX,
        };
        replay.records.iter().map(sequence).collect()
    }

    fn written(count: u64) -> Vec<u8> {
        let records = (0..count).map(intent);
        records.flat_map(|r| frame::encode(&r).unwrap()).collect()
    }

    #[test]
    fn a_torn_tail_of_any_length_is_cut() {
        let bytes = written(3);
        let two = written(2).len();
        for length in two + 1..bytes.len() {
            let replay = replay_bytes(&bytes[..length]).unwrap();
            assert_eq!(intents(&replay), [0, 1]);
            assert_eq!(replay.tail, Tail::Torn((length - two) as u64));
            assert_eq!(replay.length, two as u64);
        }
    }

    #[test]
    fn damage_before_whole_records_is_no_torn_tail() {
        let clean = written(3);
        let first = written(1).len();
        for (at, bit) in (0..first).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut bytes = clean.clone();
            bytes[at] ^= 1 << bit;
            let found = replay_bytes(&bytes).unwrap_err();
            assert_eq!(found, 0, "bit {bit} flipped in byte {at}");
        }
    }

    #[test]
    fn damage_of_the_last_record_is_no_torn_tail_either() {
        let clean = written(3);
        let two = written(2).len();
        let last = (clean.len() - two) as u64;
        for (at, bit) in (two..clean.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut bytes = clean.clone();
            bytes[at] ^= 1 << bit;
            let replay = replay_bytes(&bytes).unwrap();
            assert_eq!(intents(&replay), [0, 1]);
            assert_eq!(replay.tail, Tail::Unreadable(last), "bit {bit}, byte {at}");
        }
    }

    #[test]
    fn zeros_after_the_end_are_a_torn_tail() {
        for zeros in [1, 15, 16, 4096] {
            let mut bytes = written(1);
            bytes.resize(bytes.len() + zeros, 0);
            let replay = replay_bytes(&bytes).unwrap();
            let torn = Tail::Torn(zeros as u64);
            assert_eq!((intents(&replay), replay.tail), (vec![0], torn));
        }
    }
}
