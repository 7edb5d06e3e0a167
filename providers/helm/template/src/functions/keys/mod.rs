//! Private keys: made, read, written, and signed with.

mod dsa;
mod edwards;
pub(super) mod pem;
mod read;
mod weierstrass;

use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

use self::pem::Block;
use super::arguments::{Result, fail};
use super::der::{Der, bit_string, explicit, integer, octet_string, oid, sequence};
use super::primes;
use super::source::Sources;
use crate::Error;

const RSA: &[u64] = &[1, 2, 840, 113_549, 1, 1, 1];
const RSA_SHA256: &[u64] = &[1, 2, 840, 113_549, 1, 1, 11];
const EC: &[u64] = &[1, 2, 840, 10_045, 2, 1];
const ED25519: &[u64] = &[1, 3, 101, 112];

/// A private key of one of the kinds that Go knows.
#[derive(Debug, Clone)]
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    Ec(Box<weierstrass::Key>),
    Ed25519(edwards::Key),
    /// Can be made and written, but signs no certificates.
    Dsa(Box<dsa::Key>),
}

/// A public key as certificates have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    algorithm: Der,
    pub(super) bits: Vec<u8>,
}

impl PublicKey {
    pub(super) fn der(&self) -> Der {
        sequence(&[self.algorithm.clone(), bit_string(&self.bits)])
    }
}

impl PrivateKey {
    /// A new key with the public exponent that everybody takes.
    pub(super) fn rsa(bits: usize, sources: &Sources) -> Result<Self> {
        let mut last = None;
        // One prime in 65537 doesn't go with the exponent.
        for _ in 0..8 {
            let primes = primes::pair(bits, sources).to_vec();
            match RsaPrivateKey::from_primes(primes, BigUint::from(65_537_u32)) {
                Ok(key) => return Ok(PrivateKey::Rsa(Box::new(key))),
                Err(error) => last = Some(error),
            }
        }
        let reason = last.map_or_else(String::new, |error| error.to_string());
        fail(format!("error generating rsa key: {reason}"))
    }

    /// A new key on the curve P-256.
    pub(super) fn ec(sources: &Sources) -> Self {
        PrivateKey::Ec(Box::new(weierstrass::Key::generate(
            &weierstrass::P256,
            sources,
        )))
    }

    /// A new Ed25519 key.
    pub(super) fn ed25519(sources: &Sources) -> Self {
        PrivateKey::Ed25519(edwards::Key::generate(sources))
    }

    /// A new DSA key with parameters of its own.
    pub(super) fn dsa(sources: &Sources) -> Self {
        PrivateKey::Dsa(Box::new(dsa::Key::generate(sources)))
    }

    /// The key as Sprig writes it: in the form of its kind, if there is one.
    pub(super) fn pem(&self) -> Result<String> {
        Ok(match self {
            PrivateKey::Rsa(key) => {
                let der = key.to_pkcs1_der().map_err(|error| failed(&error))?;
                Block::new("RSA PRIVATE KEY", der.as_bytes())
            }
            PrivateKey::Ec(key) => Block::new("EC PRIVATE KEY", ec_der(key).bytes()),
            PrivateKey::Ed25519(key) => {
                let algorithm = sequence(&[oid(ED25519)]);
                let seed = octet_string(octet_string(&key.0).bytes());
                let der = sequence(&[integer(&[0]), algorithm, seed]);
                Block::new("PRIVATE KEY", der.bytes())
            }
            PrivateKey::Dsa(key) => Block::new("DSA PRIVATE KEY", key.der().bytes()),
        }
        .text())
    }

    /// # Errors
    /// No certificate is made out for the key.
    pub(super) fn public(&self) -> Result<PublicKey> {
        Ok(match self {
            PrivateKey::Rsa(key) => {
                let der = key.to_public_key().to_pkcs1_der();
                PublicKey {
                    algorithm: sequence(&[oid(RSA), Der::null()]),
                    bits: der.map_err(|error| failed(&error))?.as_bytes().to_vec(),
                }
            }
            PrivateKey::Ec(key) => PublicKey {
                algorithm: sequence(&[oid(EC), oid(key.curve.oid)]),
                bits: key.public(),
            },
            PrivateKey::Ed25519(key) => PublicKey {
                algorithm: sequence(&[oid(ED25519)]),
                bits: key.public().to_vec(),
            },
            PrivateKey::Dsa(_) => {
                return fail("x509: unsupported public key type: *dsa.PublicKey");
            }
        })
    }

    /// How it signs.
    ///
    /// # Errors
    /// It can't.
    pub(super) fn algorithm(&self) -> Result<Der> {
        match self {
            PrivateKey::Rsa(_) => Ok(sequence(&[oid(RSA_SHA256), Der::null()])),
            PrivateKey::Ec(key) => Ok(sequence(&[oid(key.curve.signature)])),
            PrivateKey::Ed25519(_) => Ok(sequence(&[oid(ED25519)])),
            PrivateKey::Dsa(_) => {
                fail("x509: certificate private key does not implement crypto.Signer")
            }
        }
    }

    /// The signature of a message.
    ///
    /// # Errors
    /// As [`PrivateKey::algorithm`].
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            PrivateKey::Rsa(key) => rsa_signature(key, message),
            PrivateKey::Ec(key) => Ok(key.sign(message)),
            PrivateKey::Ed25519(key) => Ok(key.sign(message)),
            PrivateKey::Dsa(_) => self.algorithm().map(|_| Vec::new()),
        }
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::new(format!("failed to generate private key: {error}"))
}

/// The key in the form of SEC 1.
fn ec_der(key: &weierstrass::Key) -> Der {
    sequence(&[
        integer(&[1]),
        octet_string(&key.secret()),
        explicit(0, &oid(key.curve.oid)),
        explicit(1, &bit_string(&key.public())),
    ])
}

fn rsa_signature(key: &RsaPrivateKey, message: &[u8]) -> Result<Vec<u8>> {
    // DigestInfo of SHA-256, which the signature wraps around the digest.
    const PREFIX: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let scheme = Pkcs1v15Sign {
        hash_len: Some(32),
        prefix: PREFIX.into(),
    };
    key.sign(scheme, &Sha256::digest(message))
        .map_err(|error| Error::new(error.to_string()))
}
