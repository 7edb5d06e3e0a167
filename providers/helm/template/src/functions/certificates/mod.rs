//! Keys and certificates.

mod x509;

use std::any::Any;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::x509::{Parent, Template, certificate};
use super::arguments::{Args, Result, fail, strval};
use super::keys::PrivateKey;
use super::keys::pem::Block;
use super::random::{Cost, Drawing, put_drawing};
use super::source::Sources;
use crate::value::Object;
use crate::{Error, Functions, Type, Value};

const S: Type = Type::String;
const INT: Type = Type::INT;
const LIST: Type = Type::LIST;
const CERTIFICATE: Type = Type::Opaque("sprig.certificate");

/// Bits of the keys that certificates are made for.
const BITS: usize = 2048;
/// What making such a key costs, and what a signature does.
const KEY: Cost = |_| 200_000;
const SIGNATURE: Cost = |_| 60_000;

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

const FUNCTIONS: &[Drawing] = &[
    (&["genPrivateKey"], &[S], private_key_cost, private_key),
    (&["buildCustomCert"], &[S, S], SIGNATURE, |args, _| {
        custom(args)
    }),
    (&["genCA"], &[S, INT], KEY, |args, sources| {
        authority(args, sources, &new_key(sources)?)
    }),
    (
        &["genCAWithKey"],
        &[S, INT, S],
        SIGNATURE,
        |args, sources| authority(args, sources, &given_key(args, 2)?),
    ),
    (
        &["genSelfSignedCert"],
        &[S, LIST, LIST, INT],
        KEY,
        |args, sources| self_signed(args, sources, &new_key(sources)?),
    ),
    (
        &["genSelfSignedCertWithKey"],
        &[S, LIST, LIST, INT, S],
        SIGNATURE,
        |args, sources| self_signed(args, sources, &given_key(args, 4)?),
    ),
    (
        &["genSignedCert"],
        &[S, LIST, LIST, INT, CERTIFICATE],
        KEY,
        |args, sources| signed(args, sources, &new_key(sources)?),
    ),
    (
        &["genSignedCertWithKey"],
        &[S, LIST, LIST, INT, CERTIFICATE, S],
        SIGNATURE,
        |args, sources| signed(args, sources, &given_key(args, 5)?),
    ),
];

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put_drawing(functions, sources, FUNCTIONS);
}

fn private_key_cost(args: Args<'_>) -> u64 {
    match &*args.text(0) {
        "" | "rsa" | "dsa" => 2_000_000,
        _ => SIGNATURE(args),
    }
}

fn private_key(args: Args<'_>, sources: &Sources) -> Result {
    let key = match &*args.text(0) {
        "" | "rsa" => PrivateKey::rsa(4096, sources)?,
        "dsa" => PrivateKey::dsa(sources),
        "ecdsa" => PrivateKey::ec(sources),
        "ed25519" => PrivateKey::ed25519(sources),
        other => return Ok(format!("Unknown type {other}").into()),
    };
    Ok(key.pem()?.into())
}

fn new_key(sources: &Sources) -> Result<PrivateKey> {
    PrivateKey::rsa(BITS, sources)
}

fn within(what: &'static str) -> impl Fn(Error) -> Error {
    move |error| Error::new(format!("{what}: {}", error.message()))
}

fn given_key(args: Args<'_>, index: usize) -> Result<PrivateKey> {
    PrivateKey::read(&args.text(index)).map_err(within("parsing private key"))
}

fn custom(args: Args<'_>) -> Result {
    let decode = |index: usize, what: &str| {
        let bytes = STANDARD.decode(args.str(index).as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or_else(|| Error::new(format!("unable to decode base64 {what}")))
    };
    let (cert, key) = (decode(0, "certificate")?, decode(1, "private key")?);
    let Some(block) = Block::read(&cert) else {
        return fail("unable to decode certificate");
    };
    Parent::read(&block.bytes).map_err(within("error parsing certificate: decodedCert.Bytes"))?;
    PrivateKey::read(&key).map_err(within("error parsing private key"))?;
    Ok(Value::object(Certificate { cert, key }))
}

fn authority(args: Args<'_>, sources: &Sources, key: &PrivateKey) -> Result {
    let template = Template {
        common_name: args.text(0).into_owned(),
        addresses: Vec::new(),
        names: Vec::new(),
        days: args.int(1),
        authority: true,
    };
    made(&template, key, &Parent::itself(&template), key, sources)
}

fn self_signed(args: Args<'_>, sources: &Sources, key: &PrivateKey) -> Result {
    let template = leaf(args)?;
    made(&template, key, &Parent::itself(&template), key, sources)
}

fn signed(args: Args<'_>, sources: &Sources, key: &PrivateKey) -> Result {
    let given = args.value(4);
    let authority = given.as_object::<Certificate>();
    let block = authority.and_then(|authority| Block::read(&authority.cert));
    let (Some(authority), Some(block)) = (authority, block) else {
        return fail("unable to decode certificate");
    };
    let parent = Parent::read(&block.bytes)
        .map_err(within("error parsing certificate: decodedSignerCert.Bytes"))?;
    let signing = PrivateKey::read(&authority.key).map_err(within("error parsing private key"))?;
    made(&leaf(args)?, key, &parent, &signing, sources)
}

fn made(
    template: &Template,
    key: &PrivateKey,
    parent: &Parent,
    signing: &PrivateKey,
    sources: &Sources,
) -> Result {
    let der = certificate(template, key, parent, signing, sources)
        .map_err(within("error creating certificate"))?;
    Ok(Value::object(Certificate {
        cert: Block::new("CERTIFICATE", der.bytes()).text(),
        key: key.pem()?,
    }))
}

/// What the arguments of a certificate for a server say.
fn leaf(args: Args<'_>) -> Result<Template> {
    let texts = |index: usize, what: &str| -> Result<Vec<String>> {
        let value = args.value(index);
        let items = value.as_list().map(crate::List::items).unwrap_or_default();
        let text = |item: &Value| match item.as_string() {
            Some(text) => Ok(text.to_string()),
            None => fail(format!("{what}: {} is not a string", strval(item)?)),
        };
        items.iter().map(text).collect()
    };
    let addresses = texts(1, "error parsing ip")?;
    let addresses = addresses.iter().map(|text| {
        text.parse()
            .map_err(|_| Error::new(format!("error parsing ip: {text}")))
    });
    Ok(Template {
        common_name: args.text(0).into_owned(),
        addresses: addresses.collect::<Result<_>>()?,
        names: texts(2, "error processing alternate dns name")?,
        days: args.int(3),
        authority: false,
    })
}
