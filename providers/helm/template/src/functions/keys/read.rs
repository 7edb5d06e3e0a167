//! Private keys from PEM, with Go's words for what is wrong.

use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use super::pem::Block;
use super::{EC, ED25519, PrivateKey, RSA, dsa, edwards, weierstrass};
use crate::Error;
use crate::functions::arguments::{Result, fail};
use crate::functions::der::{Element, Tag, oid};

impl PrivateKey {
    /// Reads the first block of a text.
    pub(in crate::functions) fn read(text: &str) -> Result<Self> {
        let Some(Block { label, bytes }) = Block::read(text) else {
            return fail("no PEM data in input");
        };
        let within = |what: &str| {
            let what = what.to_owned();
            move |error: Error| Error::new(format!("{what}: {}", error.message()))
        };
        match label.as_str() {
            "PRIVATE KEY" => pkcs8(&bytes).map_err(within("decoding PEM as PKCS#8")),
            "RSA PRIVATE KEY" => pkcs1(&bytes).map_err(within("parsing RSA private key from PEM")),
            "EC PRIVATE KEY" => sec1(None, &bytes)
                .map(|key| PrivateKey::Ec(Box::new(key)))
                .map_err(within("parsing EC private key from PEM")),
            "DSA PRIVATE KEY" => dsa::Key::read(&bytes)
                .map(|key| PrivateKey::Dsa(Box::new(key)))
                .ok_or_else(broken)
                .map_err(within("parsing DSA private key from PEM")),
            other if other.ends_with(" PRIVATE KEY") => {
                fail(format!("invalid private key type {other}"))
            }
            other => fail(format!("no private key data in PEM block of type {other}")),
        }
    }
}

fn broken() -> Error {
    Error::new("asn1: structure error: no private key")
}

/// The forms a key may have, and the function of Go that reads each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pkcs1,
    Pkcs8,
    Sec1,
}

/// Which of the forms the bytes look like.
fn form(der: &[u8]) -> Option<Form> {
    let parts = Element::whole(der)?.children()?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    match tags.as_slice() {
        [Tag::INTEGER, Tag::OCTETS, ..] => Some(Form::Sec1),
        [Tag::INTEGER, Tag::SEQUENCE, Tag::OCTETS, ..] => Some(Form::Pkcs8),
        numbers if numbers.len() >= 6 && numbers.iter().take(6).all(|tag| *tag == Tag::INTEGER) => {
            Some(Form::Pkcs1)
        }
        _ => None,
    }
}

/// The parts of a key in the form `wanted`.
fn parts(der: &[u8], wanted: Form) -> Result<Vec<Element<'_>>> {
    let other = match form(der) {
        Some(found) if found == wanted => {
            return Element::whole(der)
                .and_then(|key| key.children())
                .ok_or_else(broken);
        }
        Some(Form::Pkcs1) => "ParsePKCS1PrivateKey",
        Some(Form::Pkcs8) => "ParsePKCS8PrivateKey",
        Some(Form::Sec1) => "ParseECPrivateKey",
        None => return Err(broken()),
    };
    fail(format!(
        "x509: failed to parse private key (use {other} instead for this key format)"
    ))
}

fn pkcs1(der: &[u8]) -> Result<PrivateKey> {
    parts(der, Form::Pkcs1)?;
    let key = RsaPrivateKey::from_pkcs1_der(der);
    key.map(|key| PrivateKey::Rsa(Box::new(key)))
        .map_err(|error| Error::new(error.to_string()))
}

fn pkcs8(der: &[u8]) -> Result<PrivateKey> {
    let embedded = |kind: &str, error: Error| {
        let error = error.message().to_string();
        Error::new(format!(
            "x509: failed to parse {kind} private key embedded in PKCS#8: {error}"
        ))
    };
    let found = parts(der, Form::Pkcs8)?;
    let [_, algorithm, key, ..] = found.as_slice() else {
        return Err(broken());
    };
    let algorithm = algorithm.children().ok_or_else(broken)?;
    let Some((id, parameters)) = algorithm.split_first() else {
        return Err(broken());
    };
    let named = id.dotted();
    let id = id.der();
    if id == oid(RSA) {
        pkcs1(key.content).map_err(|error| embedded("RSA", error))
    } else if id == oid(EC) {
        let curve = parameters.first();
        let key = sec1(curve, key.content).map_err(|error| embedded("EC", error))?;
        Ok(PrivateKey::Ec(Box::new(key)))
    } else if id == oid(ED25519) {
        ed25519(parameters, key.content)
    } else {
        fail(format!(
            "x509: PKCS#8 wrapping contained private key with unknown algorithm: {named}"
        ))
    }
}

fn ed25519(parameters: &[Element<'_>], key: &[u8]) -> Result<PrivateKey> {
    if !parameters.is_empty() {
        return fail("x509: invalid Ed25519 private key parameters");
    }
    let seed = Element::whole(key).ok_or_else(broken)?.content;
    match seed.try_into() {
        Ok(seed) => Ok(PrivateKey::Ed25519(edwards::Key(seed))),
        Err(_) => fail(format!(
            "x509: invalid Ed25519 private key length: {}",
            seed.len()
        )),
    }
}

/// A key on a curve, which may be named outside of it.
fn sec1(curve: Option<&Element<'_>>, der: &[u8]) -> Result<weierstrass::Key> {
    let parts = parts(der, Form::Sec1)?;
    let [version, secret, optional @ ..] = parts.as_slice() else {
        return Err(broken());
    };
    if version.content != [1] {
        let version = version.number().unwrap_or_default();
        return fail(format!("x509: unknown EC private key version {version}"));
    }
    let named = optional.iter().find(|part| part.tag == Tag::explicit(0));
    let curve = curve
        .map(Element::der)
        .or_else(|| Some(Element::whole(named?.content)?.der()));
    let curve = curve.and_then(|oid| weierstrass::Curve::of_oid(&oid));
    let curve = curve.ok_or_else(|| Error::new("x509: unknown elliptic curve"))?;
    // Zeros in front of it are ignored, and may be left out.
    let zeros = secret.content.iter().take_while(|byte| **byte == 0).count();
    let secret = secret.content.get(zeros..).unwrap_or_default();
    if secret.len() > curve.size() {
        return fail("x509: invalid private key length");
    }
    if secret.is_empty() {
        return fail("ecdsa: private key is zero");
    }
    weierstrass::Key::new(curve, secret)
        .ok_or_else(|| Error::new("ecdsa: invalid private key length"))
}
