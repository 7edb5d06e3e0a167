//! Signature packets.

use super::Reader;
use super::key::PublicKey;
use super::packet::new_length;

/// A signature of version 4.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// What is signed: 0x00 a document, 0x01 a text, 0x10 to 0x13 a user, 0x18 a subkey, ….
    pub(crate) kind: u8,
    algorithm: u8,
    hash: u8,
    /// From the version to the last hashed subpacket.
    head: Vec<u8>,
    /// The algorithm's numbers.
    numbers: Vec<u8>,
    /// Seconds since 1970.
    pub(crate) created: Option<u32>,
    /// Seconds after that.
    pub(crate) lifetime: Option<u32>,
    /// Seconds after the key was made.
    pub(crate) key_lifetime: Option<u32>,
    key_flags: Option<u8>,
    issuer: Option<[u8; 8]>,
    fingerprint: Option<Vec<u8>>,
    /// What a subkey that signs has signed in turn.
    pub(crate) embedded: Option<Box<Signature>>,
}

const MAX_EMBEDDED: u8 = 2;

impl Signature {
    /// Reads the body of a signature packet; none if it isn't of version 4.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        Self::nested(body, MAX_EMBEDDED)
    }

    fn nested(body: &[u8], depth: u8) -> Option<Self> {
        let mut reader = Reader(body);
        if reader.byte()? != 4 {
            return None;
        }
        let [kind, algorithm, hash] = reader.take(3)?.try_into().ok()?;
        let hashed_length = reader.two()?;
        let hashed = reader.take(hashed_length)?;
        let head = body.get(..6 + hashed_length)?.to_vec();
        let unhashed_length = reader.two()?;
        let unhashed = reader.take(unhashed_length)?;
        reader.take(2)?;
        let mut signature = Self {
            kind,
            algorithm,
            hash,
            head,
            numbers: reader.0.to_vec(),
            created: None,
            lifetime: None,
            key_lifetime: None,
            key_flags: None,
            issuer: None,
            fingerprint: None,
            embedded: None,
        };
        // What isn't signed says only whose signature it may be.
        signature.subpackets(unhashed, false, depth)?;
        signature.subpackets(hashed, true, depth)?;
        Some(signature)
    }

    fn subpackets(&mut self, bytes: &[u8], signed: bool, depth: u8) -> Option<()> {
        let mut reader = Reader(bytes);
        while !reader.0.is_empty() {
            let length = new_length(&mut reader)?;
            let (kind, body) = reader.take(length)?.split_first()?;
            let seconds = || Some(u32::from_be_bytes(body.try_into().ok()?));
            match (kind & 0x7f, signed) {
                (16, _) => self.issuer = body.try_into().ok(),
                (33, _) => self.fingerprint = body.get(1..).map(<[u8]>::to_vec),
                (32, _) if depth > 0 => {
                    self.embedded = Self::nested(body, depth - 1).map(Box::new);
                }
                (2, true) => self.created = Some(seconds()?),
                (3, true) => self.lifetime = Some(seconds()?),
                (9, true) => self.key_lifetime = Some(seconds()?),
                (27, true) => self.key_flags = body.first().copied(),
                // One that must be understood and isn't.
                _ if kind & 0x80 != 0 && signed && !matches!(kind & 0x7f, 2..=33) => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Whether it says that this key made it.
    pub(crate) fn names(&self, key: &PublicKey) -> bool {
        match (&self.fingerprint, self.issuer) {
            (Some(fingerprint), _) => *fingerprint == key.fingerprint,
            (None, Some(issuer)) => key.fingerprint.ends_with(&issuer),
            (None, None) => false,
        }
    }

    /// Whether the key made it over `content`.
    pub(crate) fn verifies(&self, key: &PublicKey, content: &[u8]) -> bool {
        let Ok(length) = u32::try_from(self.head.len()) else {
            return false;
        };
        let mut signed = Vec::with_capacity(content.len() + self.head.len() + 6);
        signed.extend_from_slice(content);
        signed.extend_from_slice(&self.head);
        signed.extend_from_slice(&[4, 0xff]);
        signed.extend_from_slice(&length.to_be_bytes());
        let material = &key.material;
        material
            .verify(self.algorithm, self.hash, &signed, &self.numbers)
            .is_some()
    }

    /// Whether the key it binds may sign; none said means that it may.
    pub(crate) fn allows_signing(&self) -> bool {
        self.key_flags.is_none_or(|flags| flags & 2 != 0)
    }
}
