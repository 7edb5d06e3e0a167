//! RSA private keys: PKCS #1 and PKCS #8 in PEM, and OpenSSH's own form.

use dashu_int::UBig;
use trueup_value::quote;

use super::super::encoding::decode_base64;

/// What decryption needs of a key.
pub(super) struct PrivateKey {
    pub(super) modulus: UBig,
    pub(super) exponent: UBig,
}

/// The longest modulus, in bits.
const MAX_BITS: usize = 16_384;

/// `rsaEncryption`
const RSA_OID: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];

const INVALID: &str = "invalid ASN1 data in the given private key";

impl PrivateKey {
    /// Reads the first key in `text`; the error is Terraform's.
    pub(super) fn parse(text: &str) -> Result<PrivateKey, String> {
        let problem = |problem: &str| format!("invalid private key: {problem}");
        let block = Block::find(text).ok_or_else(|| problem("ssh: no key found"))?;
        if block.encrypted {
            return Err(problem("ssh: this private key is passphrase protected"));
        }
        let key = match block.label {
            "RSA PRIVATE KEY" => pkcs1(&block.bytes),
            "PRIVATE KEY" => pkcs8(&block.bytes)?,
            "OPENSSH PRIVATE KEY" => openssh(&block.bytes)?,
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(NOT_RSA.to_owned()),
            label => {
                let label = quote(label);
                return Err(problem(&format!("ssh: unsupported key type {label}")));
            }
        };
        let [modulus, exponent] = key.ok_or(INVALID)?;
        let modulus = UBig::from_be_bytes(modulus);
        if modulus < UBig::from(3u8) || modulus.to_be_bytes().len() > MAX_BITS / 8 {
            return Err(INVALID.to_owned());
        }
        Ok(PrivateKey {
            modulus,
            exponent: UBig::from_be_bytes(exponent),
        })
    }
}

const NOT_RSA: &str = "invalid private key type: an RSA key is required";

/// The modulus and the private exponent.
type Numbers<'k> = Option<[&'k [u8]; 2]>;

/// A block of PEM.
struct Block<'t> {
    label: &'t str,
    encrypted: bool,
    bytes: Vec<u8>,
}

impl<'t> Block<'t> {
    fn find(text: &'t str) -> Option<Block<'t>> {
        let (_, rest) = text.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        let encrypted = body.contains("Proc-Type: 4,ENCRYPTED");
        let data = body.lines().filter(|line| !line.contains(':'));
        let data: String = data.flat_map(str::split_whitespace).collect();
        let bytes = decode_base64(&data).ok();
        Some(Block {
            label,
            encrypted,
            bytes: bytes.or(encrypted.then(Vec::new))?,
        })
    }
}

/// Takes an element of DER with `tag` off the front of `der`.
fn element<'k>(der: &mut &'k [u8], tag: u8) -> Option<&'k [u8]> {
    let [found, length, rest @ ..] = *der else {
        return None;
    };
    let (length, rest) = match length & 0x7f {
        _ if *found != tag => return None,
        short if *length < 0x80 => (usize::from(short), rest),
        count @ 1..=4 => {
            let (digits, rest) = rest.split_at_checked(usize::from(count))?;
            let add = |sum: usize, digit: &u8| sum << 8 | usize::from(*digit);
            (digits.iter().fold(0, add), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    *der = rest;
    Some(contents)
}

const INTEGER: u8 = 2;
const OCTETS: u8 = 4;
const OID: u8 = 6;
const SEQUENCE: u8 = 0x30;

fn pkcs1(mut der: &[u8]) -> Numbers<'_> {
    let mut key = element(&mut der, SEQUENCE)?;
    element(&mut key, INTEGER)?;
    let modulus = element(&mut key, INTEGER)?;
    element(&mut key, INTEGER)?;
    Some([modulus, element(&mut key, INTEGER)?])
}

/// The key inside; an error if it is of another algorithm.
fn pkcs8(mut der: &[u8]) -> Result<Numbers<'_>, String> {
    let mut open = || {
        let mut info = element(&mut der, SEQUENCE)?;
        element(&mut info, INTEGER)?;
        let mut algorithm = element(&mut info, SEQUENCE)?;
        Some((element(&mut algorithm, OID)?, element(&mut info, OCTETS)?))
    };
    match open() {
        Some((oid, key)) if oid == RSA_OID => Ok(pkcs1(key)),
        Some(_) => Err(NOT_RSA.to_owned()),
        None => Ok(None),
    }
}

/// Takes a string with its length in front off the front of `data`.
fn string<'k>(data: &mut &'k [u8]) -> Option<&'k [u8]> {
    let (length, rest) = data.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (contents, rest) = rest.split_at_checked(length)?;
    *data = rest;
    Some(contents)
}

fn openssh(bytes: &[u8]) -> Result<Numbers<'_>, String> {
    let open = || {
        let mut data = bytes.strip_prefix(b"openssh-key-v1\0")?;
        let cipher = string(&mut data)?;
        string(&mut data)?;
        string(&mut data)?;
        data = data.get(4..)?;
        string(&mut data)?;
        Some((cipher, string(&mut data)?))
    };
    let Some((cipher, secret)) = open() else {
        return Ok(None);
    };
    if cipher != b"none" {
        let problem = "ssh: this private key is passphrase protected";
        return Err(format!("invalid private key: {problem}"));
    }
    let mut secret = secret.get(8..).unwrap_or_default();
    if string(&mut secret) != Some(b"ssh-rsa") {
        return Err(NOT_RSA.to_owned());
    }
    let mut numbers = || {
        let modulus = string(&mut secret)?;
        string(&mut secret)?;
        Some([modulus, string(&mut secret)?])
    };
    Ok(numbers())
}
