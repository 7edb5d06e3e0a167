//! The journal: what was begun and what came of it, written before and after
//! every action.
//!
//! A journal lies beside its snapshot. Each record is framed by its length and
//! a checksum; what follows the last whole record is the torn tail of a write
//! that was interrupted, and is cut. Once the snapshot holds everything the
//! journal says, the journal is removed.

mod frame;
mod record;
mod writer;

pub use record::{Action, Begin, Intent, Outcome, Record, Sequence};
pub use writer::{Journal, JournalError};

use std::{fs, io, path::Path};

/// What a journal holds.
#[derive(Debug, Default)]
pub struct Replay {
    /// The whole records, in the order they were written.
    pub records: Vec<Record>,
    /// Bytes of the torn tail; 0 after a clean write.
    pub torn: u64,
}

/// Reads the journal at `path`; no file is an empty journal.
///
/// # Errors
/// [`JournalError::Io`] if the file cannot be read;
/// [`JournalError::Damaged`] if a record is damaged that is followed by whole
/// ones: then something other than an interrupted write has happened to it.
pub fn replay(path: &Path) -> Result<Replay, JournalError> {
    match fs::read(path) {
        Ok(bytes) => replay_bytes(&bytes).map_err(|offset| JournalError::Damaged {
            path: path.to_owned(),
            offset,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Replay::default()),
        Err(source) => Err(JournalError::Io {
            doing: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Reads records from `bytes`; the error is the offset of the damage.
fn replay_bytes(bytes: &[u8]) -> Result<Replay, u64> {
    let mut records = Vec::new();
    let mut offset = 0;
    while offset < bytes.len() {
        let rest = &bytes[offset..];
        match frame::decode(rest) {
            Some((payload, length)) => {
                records.push(serde_json::from_slice(payload).map_err(|_| offset as u64)?);
                offset += length;
            }
            None if frame::found_later(rest) => return Err(offset as u64),
            None => break,
        }
    }
    Ok(Replay {
        records,
        torn: (bytes.len() - offset) as u64,
    })
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
        for length in two..bytes.len() {
            let replay = replay_bytes(&bytes[..length]).unwrap();
            assert_eq!(intents(&replay), [0, 1]);
            assert_eq!(replay.torn, (length - two) as u64);
        }
    }

    #[test]
    fn damage_before_whole_records_is_no_torn_tail() {
        let clean = written(3);
        let first = written(1).len();
        for at in 0..first {
            let mut bytes = clean.clone();
            bytes[at] ^= 0x10;
            assert_eq!(
                replay_bytes(&bytes).unwrap_err(),
                0,
                "bit flipped in byte {at}"
            );
        }
    }

    #[test]
    fn zeros_after_the_end_are_a_torn_tail() {
        let mut bytes = written(1);
        bytes.extend([0; 4096]);
        let replay = replay_bytes(&bytes).unwrap();
        assert_eq!((intents(&replay), replay.torn), (vec![0], 4096));
    }
}
