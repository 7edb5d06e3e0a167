//! Provenance files: who vouches for an archive.

mod keyring;

use std::time::SystemTime;

use pgp::composed::{CleartextSignedMessage, SignedPublicKey};
use pgp::packet::Signature;
use pgp::types::{KeyDetails, VerifyingKey};
use trueup_helm_template::yaml::from_yaml;

use crate::digest::Digest;
use crate::error::SourceError;

pub use keyring::Keyring;

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
    let start = text
        .find("-----BEGIN PGP SIGNED MESSAGE-----")
        .and_then(|start| text.get(start..));
    let message = start
        .and_then(|text| CleartextSignedMessage::from_string(text).ok())
        .map(|(message, _)| message)
        .ok_or_else(|| refuse("signature block not found".to_owned()))?;
    let signer = signer(&message, keyring, now)?;
    let sums = sums(&message.signed_text().replace("\r\n", "\n"))?;
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
            signed_by: signer
                .details
                .users
                .iter()
                .map(|user| String::from_utf8_lossy(user.id.id()).into_owned())
                .collect(),
            fingerprint: signer.fingerprint().to_string(),
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
    message: &CleartextSignedMessage,
    keyring: &'a Keyring,
    now: SystemTime,
) -> Result<&'a SignedPublicKey, SourceError> {
    let refuse = |problem: &str| SourceError::Provenance(format!("openpgp: {problem}"));
    let text = message.signed_text();
    let mut worst = refuse("signature made by unknown entity");
    for signature in message.signatures() {
        for key in keyring.keys() {
            let Some(valid) = check(signature, key, &text) else {
                continue;
            };
            if !valid {
                worst = refuse("invalid signature: verification failure");
                continue;
            }
            if !key.details.revocation_signatures.is_empty() {
                return Err(refuse("signature made by revoked key"));
            }
            if key_expired(key, now) {
                return Err(refuse("key expired"));
            }
            if expired(
                signature.created(),
                signature.signature_expiration_time(),
                now,
            ) {
                return Err(refuse("signature expired"));
            }
            return Ok(key);
        }
    }
    Err(worst)
}

/// Whether a key or one of its subkeys made the signature; `None` if it was neither.
fn check(signature: &Signature, key: &SignedPublicKey, text: &str) -> Option<bool> {
    if issued_by(signature, key) {
        return Some(signature.verify(key, text.as_bytes()).is_ok());
    }
    let subkey = key
        .public_subkeys
        .iter()
        .find(|subkey| issued_by(signature, *subkey))?;
    let bound = subkey.verify_bindings(&key.primary_key).is_ok()
        && subkey.signatures.iter().any(|one| one.key_flags().sign());
    Some(bound && signature.verify(subkey, text.as_bytes()).is_ok())
}

fn issued_by(signature: &Signature, key: &impl VerifyingKey) -> bool {
    signature
        .issuer_key_id()
        .iter()
        .any(|id| **id == key.legacy_key_id())
        || signature
            .issuer_fingerprint()
            .iter()
            .any(|fingerprint| **fingerprint == key.fingerprint())
}

fn key_expired(key: &SignedPublicKey, now: SystemTime) -> bool {
    let newest = key
        .details
        .users
        .iter()
        .flat_map(|user| &user.signatures)
        .filter(|one| issued_by(one, key))
        .max_by_key(|one| one.created());
    let lifetime = newest.and_then(Signature::key_expiration_time);
    expired(Some(key.created_at()), lifetime, now)
}

fn expired(
    created: Option<pgp::types::Timestamp>,
    lifetime: Option<pgp::types::Duration>,
    now: SystemTime,
) -> bool {
    let (Some(created), Some(lifetime)) = (created, lifetime) else {
        return false;
    };
    let lifetime = std::time::Duration::from(lifetime);
    // A lifetime of nothing means that it never ends.
    !lifetime.is_zero()
        && SystemTime::from(created)
            .checked_add(lifetime)
            .is_some_and(|end| end < now)
}
