//! Keys to check signatures with.

use super::openpgp::{Key, dearmored};
use crate::error::SourceError;

/// Public keys.
#[derive(Debug, Clone, Default)]
pub struct Keyring(Vec<Key>);

impl Keyring {
    /// Reads a keyring: packets as `gpg --export` writes them, the same in armor, or a keybox of
    /// GnuPG 2.1. Of secret keys, the public part is kept. `name` is for messages.
    ///
    /// # Errors
    /// Content that has no keys.
    pub fn parse(content: &[u8], name: &str) -> Result<Self, SourceError> {
        let refuse =
            |problem: String| SourceError::Provenance(format!("failed to load keyring: {problem}"));
        let packets = if is_keybox(content) {
            keybox(content)
                .map_err(|problem| refuse(format!("reading keybox {name}: {problem}")))?
        } else {
            let armored = std::str::from_utf8(content).ok().and_then(dearmored);
            armored.unwrap_or_else(|| content.to_vec())
        };
        // Keys of kinds that aren't known, or that nobody vouches for, don't keep others from use.
        let mut keys = Key::parse_all(&packets);
        keys.retain(|key| !key.users().is_empty());
        if keys.is_empty() {
            return Err(refuse("no keys found".to_owned()));
        }
        Ok(Self(keys))
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.0
    }
}

fn is_keybox(content: &[u8]) -> bool {
    content.get(4) == Some(&1) && content.get(8..12) == Some(b"KBXf")
}

/// The packets in the blobs of a keybox: length, type, version, flags, then offset and length of
/// the packets.
fn keybox(content: &[u8]) -> Result<Vec<u8>, String> {
    let mut packets = Vec::new();
    let mut offset = 0;
    while offset < content.len() {
        let rest = content.get(offset..).unwrap_or_default();
        let length = number(rest, 0)
            .filter(|length| *length >= 5)
            .ok_or_else(|| format!("invalid blob at offset {offset}"))?;
        let blob = rest.get(..length).ok_or_else(|| {
            format!(
                "blob at offset {offset} has length {length} exceeding the {} remaining bytes",
                rest.len()
            )
        })?;
        if blob.get(4) == Some(&2) {
            let keys = number(blob, 8)
                .zip(number(blob, 12))
                .and_then(|(start, length)| blob.get(start..start.checked_add(length)?));
            let keys =
                keys.ok_or_else(|| format!("OpenPGP blob at offset {offset} is out of range"))?;
            let ephemeral = blob.get(7).is_some_and(|flags| flags & 2 != 0);
            if !ephemeral {
                packets.extend_from_slice(keys);
            }
        }
        offset += length;
    }
    if packets.is_empty() {
        return Err("keybox contains no OpenPGP keys".to_owned());
    }
    Ok(packets)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}
