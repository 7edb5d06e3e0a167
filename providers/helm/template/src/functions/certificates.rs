//! Keys and certificates.

use std::any::Any;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::pkcs8::DecodePrivateKey;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::arguments::{Args, Result, fail};
use super::der::{
    Der, bit_string, context, explicit, integer, octet_string, oid, printable, sequence, set, time,
};
use super::primes;
use super::random::put;
use super::source::Sources;
use crate::value::Object;
use crate::{Error, Functions, Type, Value};

const S: Type = Type::String;
const INT: Type = Type::INT;
const LIST: Type = Type::LIST;
const CERTIFICATE: Type = Type::Opaque("sprig.certificate");

/// `sprig.certificate`: two PEM texts.
#[derive(Debug, Clone)]
struct Certificate {
    cert: String,
    key: String,
}

impl Object for Certificate {
    fn ty(&self) -> Type {
        CERTIFICATE
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.as_str().into()),
            "Key" => Some(self.key.as_str().into()),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Cert", self.cert.as_str().into()),
            ("Key", self.key.as_str().into()),
        ]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put(
        functions,
        "genPrivateKey",
        &[S],
        sources,
        |args, sources| match &*args.text(0) {
            "" | "rsa" => Ok(key_pem(&new_key(sources, 4096)?)?.into()),
            kind @ ("dsa" | "ecdsa" | "ed25519") => fail(format!(
                "genPrivateKey: keys of type {kind} are not supported"
            )),
            other => Ok(format!("Unknown type {other}").into()),
        },
    );
    put(functions, "buildCustomCert", &[S, S], sources, |args, _| {
        custom(args)
    });
    put(functions, "genCA", &[S, INT], sources, |args, sources| {
        authority(args, sources, new_key(sources, 2048)?)
    });
    put(
        functions,
        "genCAWithKey",
        &[S, INT, S],
        sources,
        |args, sources| authority(args, sources, read_key(&args.text(2))?),
    );
    const NAMES: &[Type] = &[S, LIST, LIST, INT];
    put(
        functions,
        "genSelfSignedCert",
        NAMES,
        sources,
        |args, sources| self_signed(args, sources, new_key(sources, 2048)?),
    );
    put(
        functions,
        "genSelfSignedCertWithKey",
        &[S, LIST, LIST, INT, S],
        sources,
        |args, sources| self_signed(args, sources, read_key(&args.text(4))?),
    );
    put(
        functions,
        "genSignedCert",
        &[S, LIST, LIST, INT, CERTIFICATE],
        sources,
        |args, sources| signed(args, sources, new_key(sources, 2048)?),
    );
    put(
        functions,
        "genSignedCertWithKey",
        &[S, LIST, LIST, INT, CERTIFICATE, S],
        sources,
        |args, sources| signed(args, sources, read_key(&args.text(5))?),
    );
}

/// A new key with the public exponent that everybody takes.
fn new_key(sources: &Sources, bits: usize) -> Result<RsaPrivateKey> {
    let mut last = None;
    // One prime in 65537 doesn't go with the exponent.
    for _ in 0..8 {
        let primes = primes::pair(bits, sources).to_vec();
        match RsaPrivateKey::from_primes(primes, BigUint::from(65_537_u32)) {
            Ok(key) => return Ok(key),
            Err(error) => last = Some(error),
        }
    }
    let reason = last.map_or_else(String::new, |error| error.to_string());
    fail(format!("error generating private key: {reason}"))
}

fn key_pem(key: &RsaPrivateKey) -> Result<String> {
    key.to_pkcs1_pem(LineEnding::LF)
        .map(|pem| pem.to_string())
        .map_err(|error| Error::new(format!("failed to generate private key: {error}")))
}

fn read_key(pem: &str) -> Result<RsaPrivateKey> {
    if !pem.contains("-----BEGIN ") {
        return fail("parsing private key: no PEM data in input");
    }
    RsaPrivateKey::from_pkcs1_pem(pem)
        .or_else(|_| RsaPrivateKey::from_pkcs8_pem(pem))
        .map_err(|error| Error::new(format!("parsing private key: {error}")))
}

fn custom(args: Args<'_>) -> Result {
    let decode = |index: usize, what: &str| {
        let bytes = STANDARD.decode(args.str(index).as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or_else(|| Error::new(format!("unable to decode base64 {what}")))
    };
    let (cert, key) = (decode(0, "certificate")?, decode(1, "private key")?);
    if pem_body(&cert).is_none() {
        return fail("unable to decode certificate");
    }
    if !key.contains("PRIVATE KEY-----") {
        return fail("error parsing private key: no PEM data in input");
    }
    Ok(Value::object(Certificate { cert, key }))
}

/// The bytes between the first `BEGIN` and `END` lines.
fn pem_body(pem: &str) -> Option<Vec<u8>> {
    let (_, after) = pem.split_once("-----BEGIN ")?;
    let (_, after) = after.split_once("-----")?;
    let (body, _) = after.split_once("-----END ")?;
    STANDARD
        .decode(body.split_whitespace().collect::<String>())
        .ok()
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// What a certificate says.
struct Template {
    common_name: String,
    addresses: Vec<IpAddr>,
    names: Vec<String>,
    days: i64,
    authority: bool,
}

/// Who signs: name as DER, key, and key identifier.
struct Issuer {
    name: Der,
    key: RsaPrivateKey,
    identifier: Vec<u8>,
}

fn name(common_name: &str) -> Der {
    sequence(&[set(&[sequence(&[
        oid(&[2, 5, 4, 3]),
        printable(common_name),
    ])])])
}

fn identifier(key: &RsaPrivateKey) -> Result<Vec<u8>> {
    Ok(Sha1::digest(public_key(key)?).to_vec())
}

fn public_key(key: &RsaPrivateKey) -> Result<Vec<u8>> {
    let der = key.to_public_key().to_pkcs1_der();
    der.map(|der| der.as_bytes().to_vec())
        .map_err(|error| Error::new(error.to_string()))
}

fn authority(args: Args<'_>, sources: &Sources, key: RsaPrivateKey) -> Result {
    let template = Template {
        common_name: args.text(0).into_owned(),
        addresses: Vec::new(),
        names: Vec::new(),
        days: args.int(1),
        authority: true,
    };
    let issuer = Issuer {
        name: name(&template.common_name),
        identifier: identifier(&key)?,
        key: key.clone(),
    };
    certificate(&template, &key, &issuer, sources)
}

fn leaf(args: Args<'_>) -> Result<Template> {
    let texts = |index: usize, what: &str| -> Result<Vec<String>> {
        let value = args.value(index);
        let items = value.as_list().map(crate::List::items).unwrap_or_default();
        let text = |item: &Value| match item.as_string() {
            Some(text) => Ok(text.to_string()),
            None => fail(format!(
                "error parsing {what}: {} is not a string",
                super::arguments::strval(item)?
            )),
        };
        items.iter().map(text).collect()
    };
    let addresses = texts(1, "ip")?;
    let addresses = addresses.iter().map(|text| {
        text.parse()
            .map_err(|_| Error::new(format!("error parsing ip: {text}")))
    });
    Ok(Template {
        common_name: args.text(0).into_owned(),
        addresses: addresses.collect::<Result<_>>()?,
        names: texts(2, "alternate dns names")?,
        days: args.int(3),
        authority: false,
    })
}

fn self_signed(args: Args<'_>, sources: &Sources, key: RsaPrivateKey) -> Result {
    let template = leaf(args)?;
    let issuer = Issuer {
        name: name(&template.common_name),
        identifier: Vec::new(),
        key: key.clone(),
    };
    certificate(&template, &key, &issuer, sources)
}

fn signed(args: Args<'_>, sources: &Sources, key: RsaPrivateKey) -> Result {
    let template = leaf(args)?;
    let given = args.value(4);
    let Some(ca) = given.as_object::<Certificate>() else {
        return fail("unable to decode certificate");
    };
    let Some(subject) = pem_body(&ca.cert).and_then(|der| Der::subject_of(&der)) else {
        return fail("unable to decode certificate");
    };
    let ca_key =
        read_key(&ca.key).map_err(|error| Error::new(format!("error parsing CA key: {error}")))?;
    let issuer = Issuer {
        name: subject,
        identifier: identifier(&ca_key)?,
        key: ca_key,
    };
    certificate(&template, &key, &issuer, sources)
}

/// `sha256WithRSAEncryption`
fn algorithm() -> Der {
    sequence(&[oid(&[1, 2, 840, 113_549, 1, 1, 11]), Der::null()])
}

fn certificate(
    template: &Template,
    key: &RsaPrivateKey,
    issuer: &Issuer,
    sources: &Sources,
) -> Result {
    let mut serial = [0; 16];
    sources.entropy.fill(&mut serial);
    serial[0] &= 0x7F;
    let (now, _) = sources.clock.now();
    let until = now.saturating_add(template.days.saturating_mul(86_400));
    let key_info = sequence(&[
        sequence(&[oid(&[1, 2, 840, 113_549, 1, 1, 1]), Der::null()]),
        bit_string(&public_key(key)?),
    ]);
    let body = sequence(&[
        explicit(0, &integer(&[2])),
        integer(BigUint::from_bytes_be(&serial).to_bytes_be().as_slice()),
        algorithm(),
        issuer.name.clone(),
        sequence(&[time(now), time(until)]),
        name(&template.common_name),
        key_info,
        explicit(3, &sequence(&extensions(template, key, issuer)?)),
    ]);
    // DigestInfo of SHA-256, which the signature wraps around the digest.
    let mut prefix = vec![
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
    ];
    prefix.extend_from_slice(&[0x05, 0x00, 0x04, 0x20]);
    let scheme = Pkcs1v15Sign {
        hash_len: Some(32),
        prefix: prefix.into(),
    };
    let signature = issuer
        .key
        .sign(scheme, &Sha256::digest(body.bytes()))
        .map_err(|error| Error::new(format!("error creating certificate: {error}")))?;
    let whole = sequence(&[body, algorithm(), bit_string(&signature)]);
    Ok(Value::object(Certificate {
        cert: pem("CERTIFICATE", whole.bytes()),
        key: key_pem(key)?,
    }))
}

fn extension(id: &[u64], critical: bool, value: &Der) -> Der {
    let mut parts = vec![oid(id)];
    if critical {
        parts.push(Der::boolean(true));
    }
    parts.push(octet_string(value.bytes()));
    sequence(&parts)
}

fn extensions(template: &Template, key: &RsaPrivateKey, issuer: &Issuer) -> Result<Vec<Der>> {
    // digitalSignature and keyEncipherment; an authority also signs certificates.
    let usage = if template.authority {
        [2, 0b1010_0100]
    } else {
        [5, 0b1010_0000]
    };
    let server = oid(&[1, 3, 6, 1, 5, 5, 7, 3, 1]);
    let client = oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2]);
    let constraints = if template.authority {
        sequence(&[Der::boolean(true)])
    } else {
        sequence(&[])
    };
    let mut all = vec![
        extension(&[2, 5, 29, 15], true, &Der::raw_bits(&usage)),
        extension(&[2, 5, 29, 37], false, &sequence(&[server, client])),
        extension(&[2, 5, 29, 19], true, &constraints),
    ];
    if template.authority {
        all.push(extension(
            &[2, 5, 29, 14],
            false,
            &octet_string(&identifier(key)?),
        ));
    } else if !issuer.identifier.is_empty() {
        all.push(extension(
            &[2, 5, 29, 35],
            false,
            &sequence(&[context(0, &issuer.identifier)]),
        ));
    }
    let names = template
        .names
        .iter()
        .map(|name| context(2, name.as_bytes()));
    let addresses = template.addresses.iter().map(|address| match address {
        IpAddr::V4(address) => context(7, &address.octets()),
        IpAddr::V6(address) => context(7, &address.octets()),
    });
    let alternatives: Vec<Der> = names.chain(addresses).collect();
    if !alternatives.is_empty() {
        all.push(extension(&[2, 5, 29, 17], false, &sequence(&alternatives)));
    }
    Ok(all)
}
