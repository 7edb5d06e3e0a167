//! A record as a line: the checksum of its text, a space, the text.

use super::{Damage, Record};

/// The length of a checksum in hexadecimal digits.
const CHECKSUM: usize = 8;

/// The line of a record.
pub(super) fn write(record: &Record) -> serde_json::Result<Vec<u8>> {
    let text = serde_json::to_vec(record)?;
    let mut line = checksum_of(&text).into_bytes();
    line.push(b' ');
    line.extend(text);
    line.push(b'\n');
    Ok(line)
}

/// The records of a file. Lines that are not as they were written are passed
/// over; what follows the last line is what an interrupted write left.
pub(super) fn read(bytes: &[u8]) -> (Vec<Record>, Damage) {
    let mut damage = Damage::default();
    let mut records = Vec::new();
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let (lines, torn) = bytes.split_at(end.map_or(0, |end| end + 1));
    damage.torn = torn.len();
    for (index, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match record(line.strip_suffix(b"\n").unwrap_or(line)) {
            Some(record) => records.push(record),
            None => damage.lines.push(index + 1),
        }
    }
    (records, damage)
}

fn record(line: &[u8]) -> Option<Record> {
    let (checksum, rest) = line.split_at_checked(CHECKSUM)?;
    let text = rest.strip_prefix(b" ")?;
    let expected = checksum_of(text);
    (checksum == expected.as_bytes()).then_some(())?;
    serde_json::from_slice(text).ok()
}

fn checksum_of(text: &[u8]) -> String {
    format!("{:0CHECKSUM$x}", crc32fast::hash(text))
}
