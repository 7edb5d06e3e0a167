//! How a record lies in the file: magic, length, checksum, JSON.

use serde::Serialize;

/// Marks the beginning of a record, so that one can be found after damage.
const MAGIC: [u8; 4] = *b"\xF5TJ1";
const HEADER: usize = 12;

/// The bytes of one record.
pub(super) fn encode(record: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let payload = serde_json::to_vec(record)?;
    let length = u32::try_from(payload.len()).map_err(serde::ser::Error::custom)?;
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.extend(MAGIC);
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32fast::hash(&payload).to_le_bytes());
    bytes.extend(payload);
    Ok(bytes)
}

/// The payload of the record `bytes` starts with and the record's length;
/// `None` if it is not whole.
pub(super) fn decode(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let header = bytes.get(..HEADER)?;
    if header[..4] != MAGIC {
        return None;
    }
    let word = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let end = HEADER.checked_add(usize::try_from(word(4)).ok()?)?;
    let payload = bytes.get(HEADER..end)?;
    (crc32fast::hash(payload) == word(8)).then_some((payload, end))
}

/// Whether a whole record begins somewhere after the first byte.
pub(super) fn found_later(bytes: &[u8]) -> bool {
    let starts = bytes.windows(MAGIC.len()).enumerate().skip(1);
    starts
        .filter(|(_, window)| *window == MAGIC)
        .any(|(at, _)| decode(&bytes[at..]).is_some())
}
