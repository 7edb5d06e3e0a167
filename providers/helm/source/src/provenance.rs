//! Provenance files: who vouches for an archive.

mod keyring;
mod openpgp;

use std::time::{SystemTime, UNIX_EPOCH};

use trueup_helm_template::yaml::from_yaml;

use crate::digest::Digest;
use crate::error::SourceError;

pub use keyring::Keyring;

use openpgp::{Key, SignedText};

/// What a provenance file was found to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The users of the key that signed: `Name <address>`.
    pub signed_by: Vec<String>,
    /// Fingerprint of that key, in hexadecimal digits.
    pub fingerprint: String,
    /// Digest of the archive.
    pub digest: Digest,
}

/// Compares an archive with its provenance file, and that with the keys. `name` is the file name
/// of the archive; `now` decides which keys and signatures have expired.
///
/// # Errors
/// In Helm's words: no signature, an unknown key, a broken signature, another archive.
pub fn verify(
    archive: &[u8],
    name: &str,
    provenance: &[u8],
    keyring: &Keyring,
    now: SystemTime,
) -> Result<Verification, SourceError> {
    let refuse = |problem: String| SourceError::Provenance(problem);
    let text = String::from_utf8_lossy(provenance);
    let message =
        SignedText::parse(&text).ok_or_else(|| refuse("signature block not found".to_owned()))?;
    let signer = signer(&message, keyring, now)?;
    let sums = sums(&message.text)?;
    let digest = Digest::of(archive);
    let stated = sums.get("files").and_then(|files| files.get(name));
    match stated.and_then(serde_json::Value::as_str) {
        None => Err(refuse(format!(
            "provenance does not contain a SHA for a file named {name:?}"
        ))),
        Some(stated) if stated != digest.to_string() => Err(refuse(format!(
            "sha256 sum does not match for {name}: {stated:?} != {:?}",
            digest.to_string()
        ))),
        Some(_) => Ok(Verification {
            signed_by: signer.users(),
            fingerprint: signer.primary.fingerprint(),
            digest,
        }),
    }
}

/// The second document of the signed text: digests by file name.
fn sums(text: &str) -> Result<serde_json::Value, SourceError> {
    let Some(sums) = text.split("\n...\n").nth(1) else {
        return Err(SourceError::Provenance(
            "message block must have at least two parts".to_owned(),
        ));
    };
    from_yaml(sums.as_bytes())
        .map_err(|error| SourceError::Provenance(format!("error converting YAML to JSON: {error}")))
}

/// The key of the ring that signed.
fn signer<'a>(
    message: &SignedText,
    keyring: &'a Keyring,
    now: SystemTime,
) -> Result<&'a Key, SourceError> {
    let refuse = |problem: &str| SourceError::Provenance(format!("openpgp: {problem}"));
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut worst = refuse("signature made by unknown entity");
    let documents = message.signatures.iter().filter(|one| one.kind <= TEXT);
    for signature in documents {
        for key in keyring.keys() {
            match key.made(signature, message.signed.as_bytes()) {
                None => continue,
                Some(false) => {
                    worst = refuse("invalid signature: verification failure");
                    continue;
                }
                Some(true) => {}
            }
            if key.is_revoked() {
                return Err(refuse("signature made by revoked key"));
            }
            if key.end().is_some_and(|end| end < now) {
                return Err(refuse("key expired"));
            }
            let lifetime = signature.lifetime.filter(|lifetime| *lifetime > 0);
            let end = signature.created.zip(lifetime);
            if end.is_some_and(|(start, length)| u64::from(start) + u64::from(length) < now) {
                return Err(refuse("signature expired"));
            }
            return Ok(key);
        }
    }
    Err(worst)
}

/// The kind of a signature over a text; the one below it is that over a file.
const TEXT: u8 = 1;
