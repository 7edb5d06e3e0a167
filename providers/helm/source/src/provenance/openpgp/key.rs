//! Keys with their users and subkeys.

use sha1::{Digest as _, Sha1};

use super::Reader;
use super::material::Material;
use super::packet::{Packet, packets};
use super::signature::Signature;

/// A public key of version 4.
#[derive(Debug, Clone)]
pub(crate) struct PublicKey {
    /// The packet, without what makes it a secret key.
    body: Vec<u8>,
    pub(super) fingerprint: Vec<u8>,
    /// Seconds since 1970.
    created: u32,
    pub(super) material: Material,
}

/// A key with its users and subkeys.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) primary: PublicKey,
    components: Vec<Component>,
}

/// A part of a key, with the signatures about it.
#[derive(Debug, Clone)]
enum Component {
    /// The key as such.
    Key(Vec<Signature>),
    User(String, Vec<Signature>),
    Subkey(PublicKey, Vec<Signature>),
    /// Pictures, and subkeys of other kinds.
    Other(Vec<Signature>),
}

/// What signatures of keys are about.
const CERTIFICATIONS: std::ops::RangeInclusive<u8> = 0x10..=0x13;
const BINDING: u8 = 0x18;
const BACK: u8 = 0x19;
const DIRECT: u8 = 0x1f;
const REVOCATION: u8 = 0x20;
const SUBKEY_REVOCATION: u8 = 0x28;

impl Component {
    fn signatures(&mut self) -> &mut Vec<Signature> {
        match self {
            Self::Key(signatures)
            | Self::User(_, signatures)
            | Self::Subkey(_, signatures)
            | Self::Other(signatures) => signatures,
        }
    }
}

impl PublicKey {
    fn parse(body: &[u8]) -> Option<Self> {
        let mut reader = Reader(body);
        if reader.byte()? != 4 {
            return None;
        }
        let created = reader.four()?;
        let algorithm = reader.byte()?;
        let material = Material::parse(algorithm, &mut reader)?;
        let body = body.get(..body.len() - reader.0.len())?.to_vec();
        let mut key = Self {
            body,
            fingerprint: Vec::new(),
            created,
            material,
        };
        key.fingerprint = Sha1::digest(key.hashed()?).to_vec();
        Some(key)
    }

    /// As it goes into fingerprints and signatures.
    fn hashed(&self) -> Option<Vec<u8>> {
        let length = u16::try_from(self.body.len()).ok()?;
        let mut hashed = vec![0x99];
        hashed.extend_from_slice(&length.to_be_bytes());
        hashed.extend_from_slice(&self.body);
        Some(hashed)
    }

    /// In hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let digits = self.fingerprint.iter().map(|byte| format!("{byte:02X}"));
        digits.collect()
    }
}

impl Key {
    /// The keys in a sequence of packets, public or secret; kinds that aren't known are left out
    /// with all that belongs to them.
    pub(crate) fn parse_all(bytes: &[u8]) -> Vec<Self> {
        let mut keys = Vec::new();
        let mut current: Option<Self> = None;
        for Packet { tag, body } in packets(bytes) {
            if matches!(tag, 5 | 6) {
                keys.extend(current.take());
                current = PublicKey::parse(body).map(Self::new);
            } else if let Some(key) = &mut current {
                key.component(tag, body);
            }
        }
        keys.extend(current);
        keys
    }

    fn new(primary: PublicKey) -> Self {
        Self {
            primary,
            components: vec![Component::Key(Vec::new())],
        }
    }

    fn component(&mut self, tag: u8, body: &[u8]) {
        let next = match tag {
            2 => {
                let last = self.components.last_mut();
                if let Some((last, signature)) = last.zip(Signature::parse(body)) {
                    last.signatures().push(signature);
                }
                return;
            }
            13 => Component::User(String::from_utf8_lossy(body).into_owned(), Vec::new()),
            7 | 14 => match PublicKey::parse(body) {
                Some(subkey) => Component::Subkey(subkey, Vec::new()),
                None => Component::Other(Vec::new()),
            },
            17 => Component::Other(Vec::new()),
            _ => return,
        };
        self.components.push(next);
    }

    /// The names of its users, `Name <address>`, which the key itself vouches for.
    pub(crate) fn users(&self) -> Vec<String> {
        let users = self.components.iter().filter_map(|one| match one {
            Component::User(name, _) if self.vouchers(one).next().is_some() => Some(name.clone()),
            _ => None,
        });
        users.collect()
    }

    /// Whether it was declared void.
    pub(crate) fn is_revoked(&self) -> bool {
        let hashed = self.primary.hashed().unwrap_or_default();
        let direct = self.components.iter().filter_map(|one| match one {
            Component::Key(signatures) => Some(signatures),
            _ => None,
        });
        direct.flatten().any(|one| {
            one.kind == REVOCATION
                && one.names(&self.primary)
                && one.verifies(&self.primary, &hashed)
        })
    }

    /// When it ends, in seconds since 1970, if ever.
    pub(crate) fn end(&self) -> Option<u64> {
        let vouchers = self.components.iter().flat_map(|one| self.vouchers(one));
        let newest = vouchers.max_by_key(|one| one.created)?;
        let lifetime = newest.key_lifetime.filter(|lifetime| *lifetime > 0)?;
        Some(u64::from(self.primary.created) + u64::from(lifetime))
    }

    /// The valid signatures of the key over itself or a user.
    fn vouchers<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = &'a Signature> {
        let mut content = self.primary.hashed().unwrap_or_default();
        let (signatures, kinds) = match component {
            Component::Key(signatures) => (signatures.as_slice(), DIRECT..=DIRECT),
            Component::User(name, signatures) => {
                content.push(0xb4);
                let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
                content.extend_from_slice(&length.to_be_bytes());
                content.extend_from_slice(name.as_bytes());
                (signatures.as_slice(), CERTIFICATIONS)
            }
            Component::Subkey(..) | Component::Other(_) => ([].as_slice(), CERTIFICATIONS),
        };
        signatures.iter().filter(move |one| {
            kinds.contains(&one.kind)
                && one.names(&self.primary)
                && one.verifies(&self.primary, &content)
        })
    }

    /// Whether the key or one of its subkeys made the signature; `None` if neither is named by it.
    pub(crate) fn made(&self, signature: &Signature, content: &[u8]) -> Option<bool> {
        if signature.names(&self.primary) {
            return Some(signature.verifies(&self.primary, content));
        }
        self.components.iter().find_map(|one| match one {
            Component::Subkey(subkey, bindings) if signature.names(subkey) => {
                Some(self.binds(subkey, bindings) && signature.verifies(subkey, content))
            }
            _ => None,
        })
    }

    /// Whether the subkey belongs to the key and may sign; both have to say so.
    fn binds(&self, subkey: &PublicKey, bindings: &[Signature]) -> bool {
        let mut content = self.primary.hashed().unwrap_or_default();
        content.extend(subkey.hashed().unwrap_or_default());
        let said = |kind: u8| {
            let content = &content;
            bindings.iter().filter(move |one| {
                one.kind == kind && one.names(&self.primary) && one.verifies(&self.primary, content)
            })
        };
        let agreed = |binding: &Signature| {
            let back = binding.embedded.as_ref();
            binding.allows_signing()
                && back.is_some_and(|back| back.kind == BACK && back.verifies(subkey, &content))
        };
        said(SUBKEY_REVOCATION).next().is_none()
            && said(BINDING)
                .max_by_key(|one| one.created)
                .is_some_and(agreed)
    }
}
