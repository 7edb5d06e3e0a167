//! How a record lies in the file: magic, length, their checksum, the
//! payload's checksum, the payload.
//!
//! The header has a checksum of its own, so that the tail of a write that was
//! cut short is told apart from a record that was damaged later.

use serde::Serialize;

/// Marks the beginning of a record, so that one can be found after damage.
const MAGIC: [u8; 4] = *b"\xF5TJ1";
const HEADER: usize = 16;

/// What the bytes at some offset are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// A record: its payload and its length with the header.
    Whole(&'a [u8], usize),
    /// The beginning of a record that was not written to its end.
    Cut,
    /// Neither.
    Unreadable,
}

/// The bytes of one record.
pub(super) fn encode(record: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let payload = serde_json::to_vec(record)?;
    let length = u32::try_from(payload.len()).map_err(serde::ser::Error::custom)?;
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.extend(MAGIC);
    bytes.extend(length.to_le_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes.extend(crc32fast::hash(&payload).to_le_bytes());
    bytes.extend(payload);
    Ok(bytes)
}

/// What `bytes` begins with. Zeros up to the end are space that was reserved
/// and never written.
pub(super) fn decode(bytes: &[u8]) -> Frame<'_> {
    let Some(header) = bytes.first_chunk::<HEADER>() else {
        let prefix = bytes.iter().zip(MAGIC).all(|(byte, magic)| *byte == magic);
        return match prefix || is_zero(bytes) {
            true => Frame::Cut,
            false => Frame::Unreadable,
        };
    };
    if header[..4] != MAGIC || word(header, 8) != crc32fast::hash(&header[..8]) {
        return match is_zero(bytes) {
            true => Frame::Cut,
            false => Frame::Unreadable,
        };
    }
    let length = usize::try_from(word(header, 4)).unwrap_or(usize::MAX);
    let end = HEADER.saturating_add(length);
    match bytes.get(HEADER..end) {
        None => Frame::Cut,
        Some(payload) if crc32fast::hash(payload) == word(header, 12) => Frame::Whole(payload, end),
        Some(payload) if is_zero(payload) && end == bytes.len() => Frame::Cut,
        Some(_) => Frame::Unreadable,
    }
}

/// Whether a whole record begins somewhere after the first byte.
pub(super) fn found_later(bytes: &[u8]) -> bool {
    let starts = bytes.windows(MAGIC.len()).enumerate().skip(1);
    starts
        .filter(|(_, window)| *window == MAGIC)
        .any(|(at, _)| matches!(decode(&bytes[at..]), Frame::Whole(..)))
}

fn word(header: &[u8; HEADER], at: usize) -> u32 {
    u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
