//! Provenance files made with GnuPG: keys of all kinds, and what is wrong with some.

use std::path::Path;
use std::time::{Duration, SystemTime};

use trueup_helm_source::{Keyring, verify};

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/signed");
    std::fs::read(folder.join(name)).unwrap()
}

/// Three days after the keys were made; one was made for a day.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1795669681)
}

/// Who signed, or why it is no good.
fn verified(keys: &str, provenance: &[u8], archive: &[u8]) -> String {
    let keyring = Keyring::parse(&file(keys), keys).unwrap();
    match verify(archive, "hello-0.1.0.tgz", provenance, &keyring, now()) {
        Ok(found) => found.signed_by.join(", "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn signatures_of_every_kind_of_key_hold() {
    for kind in ["rsa", "ed25519", "p256", "p384", "subkey"] {
        let provenance = file(&format!("{kind}.prov"));
        let signer = verified(&format!("{kind}.asc"), &provenance, b"archive");
        assert_eq!(signer, format!("Ann ({kind}) <ann@example.com>"));
        let edited = String::from_utf8_lossy(&provenance).replace("0.1.0\n", "0.1.1\n");
        assert_eq!(
            verified(&format!("{kind}.asc"), edited.as_bytes(), b"archive"),
            "openpgp: invalid signature: verification failure"
        );
    }
    let keybox = verified("ed25519.kbx", &file("ed25519.prov"), b"archive");
    assert_eq!(keybox, "Ann (ed25519) <ann@example.com>");
}

#[test]
fn what_is_not_vouched_for_is_refused() {
    let table = [
        (
            "rsa.asc",
            "ed25519.prov",
            "openpgp: signature made by unknown entity",
        ),
        ("expired.asc", "expired.prov", "openpgp: key expired"),
        (
            "revoked.asc",
            "revoked.prov",
            "openpgp: signature made by revoked key",
        ),
        ("rsa.asc", "rsa.asc", "signature block not found"),
    ];
    for (keys, provenance, expected) in table {
        assert_eq!(verified(keys, &file(provenance), b"archive"), expected);
    }
    let other = verified("rsa.asc", &file("rsa.prov"), b"other");
    assert!(
        other.starts_with("sha256 sum does not match for hello-0.1.0.tgz: \"sha256:"),
        "{other}"
    );
}

#[test]
fn damaged_files_are_no_keyrings_and_no_signatures() {
    for name in ["rsa.asc", "ed25519.kbx", "rsa.prov"] {
        let whole = file(name);
        for cut in 0..whole.len() {
            let part = &whole[..cut];
            if let Ok(keyring) = Keyring::parse(part, name) {
                let _ = verify(b"archive", "hello-0.1.0.tgz", part, &keyring, now());
            }
        }
    }
    let error = Keyring::parse(b"no keys", "some").unwrap_err();
    assert_eq!(error.to_string(), "failed to load keyring: no keys found");
}
