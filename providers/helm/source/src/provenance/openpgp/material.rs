//! Public keys as numbers, and what they verify.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::Reader;

/// The numbers of a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Ecdsa {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519(Vec<u8>),
    /// For something else than signatures, or of a kind that isn't known.
    Other,
}

/// A curve of NIST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

const ED25519_OID: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
const P256_OID: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384_OID: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
const P521_OID: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];

/// Identifiers of the hashes.
const SHA256: u8 = 8;
const SHA384: u8 = 9;
const SHA512: u8 = 10;

impl Material {
    /// Reads the numbers off the front, leaving what belongs to a secret key.
    pub(super) fn parse(algorithm: u8, reader: &mut Reader<'_>) -> Option<Self> {
        match algorithm {
            1..=3 => Some(Self::Rsa {
                modulus: reader.number()?.to_vec(),
                exponent: reader.number()?.to_vec(),
            }),
            16 => Self::numbers(reader, 3),
            17 => Self::numbers(reader, 4),
            18 | 19 | 22 => {
                let length = usize::from(reader.byte()?);
                let curve = reader.take(length)?;
                let point = reader.number()?.to_vec();
                if algorithm == 18 {
                    let length = usize::from(reader.byte()?);
                    reader.take(length)?;
                }
                Some(Self::on_curve(algorithm, curve, point))
            }
            25 => reader.take(32).map(|_| Self::Other),
            26 => reader.take(56).map(|_| Self::Other),
            27 => reader.take(32).map(|key| Self::Ed25519(key.to_vec())),
            28 => reader.take(57).map(|_| Self::Other),
            _ => None,
        }
    }

    fn numbers(reader: &mut Reader<'_>, count: usize) -> Option<Self> {
        for _ in 0..count {
            reader.number()?;
        }
        Some(Self::Other)
    }

    fn on_curve(algorithm: u8, curve: &[u8], point: Vec<u8>) -> Self {
        let curve = match (algorithm, curve) {
            (19, P256_OID) => Curve::P256,
            (19, P384_OID) => Curve::P384,
            (19, P521_OID) => Curve::P521,
            (22, ED25519_OID) => {
                return match point.split_first() {
                    Some((0x40, key)) => Self::Ed25519(key.to_vec()),
                    _ => Self::Other,
                };
            }
            _ => return Self::Other,
        };
        Self::Ecdsa { curve, point }
    }

    /// Checks a signature over `content`; none means that it isn't one.
    pub(super) fn verify(
        &self,
        algorithm: u8,
        hash: u8,
        content: &[u8],
        numbers: &[u8],
    ) -> Option<()> {
        let mut reader = Reader(numbers);
        match (self, algorithm) {
            (Self::Rsa { modulus, exponent }, 1 | 3) => {
                let signature = padded(reader.number()?, modulus.len())?;
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(rsa_parameters(hash)?, content, &signature).ok()
            }
            (Self::Ecdsa { curve, point }, 19) => {
                let (parameters, size) = curve.parameters(hash)?;
                let mut signature = padded(reader.number()?, size)?;
                signature.extend(padded(reader.number()?, size)?);
                let key = UnparsedPublicKey::new(parameters, point);
                key.verify(content, &signature).ok()
            }
            (Self::Ed25519(key), 22) => {
                let mut signature = padded(reader.number()?, 32)?;
                signature.extend(padded(reader.number()?, 32)?);
                ed25519(key, hash, content, &signature)
            }
            (Self::Ed25519(key), 27) => ed25519(key, hash, content, reader.take(64)?),
            _ => None,
        }
    }
}

/// OpenPGP signs the hash with Ed25519, not the content.
fn ed25519(key: &[u8], hash: u8, content: &[u8], signature: &[u8]) -> Option<()> {
    let digest = match hash {
        SHA256 => Sha256::digest(content).to_vec(),
        SHA384 => Sha384::digest(content).to_vec(),
        SHA512 => Sha512::digest(content).to_vec(),
        _ => return None,
    };
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(&digest, signature).ok()
}

fn rsa_parameters(hash: u8) -> Option<&'static RsaParameters> {
    match hash {
        SHA256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        SHA384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        SHA512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

impl Curve {
    /// The algorithm, and how many bytes each number of a signature has.
    fn parameters(self, hash: u8) -> Option<(&'static EcdsaVerificationAlgorithm, usize)> {
        match (self, hash) {
            (Self::P256, SHA256) => Some((&ECDSA_P256_SHA256_FIXED, 32)),
            (Self::P384, SHA384) => Some((&ECDSA_P384_SHA384_FIXED, 48)),
            (Self::P521, SHA512) => Some((&ECDSA_P521_SHA512_FIXED, 66)),
            _ => None,
        }
    }
}

/// The number with zeros before it, as OpenPGP leaves them out.
fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut padded = vec![0; length.checked_sub(number.len())?];
    padded.extend_from_slice(number);
    Some(padded)
}
