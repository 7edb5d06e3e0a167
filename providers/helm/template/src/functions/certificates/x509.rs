//! Certificates: written, and read as far as one is needed to sign others.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::functions::arguments::{Result, fail};
use crate::functions::der::{
    Der, Element, Tag, bit_string, context, explicit, integer, octet_string, oid, printable,
    sequence, set, time,
};
use crate::functions::keys::{PrivateKey, PublicKey};
use crate::functions::source::Sources;
use crate::strconv::quote;

const SUBJECT_KEY: &[u64] = &[2, 5, 29, 14];
const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
const ALTERNATIVES: &[u64] = &[2, 5, 29, 17];
const CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
const AUTHORITY_KEY: &[u64] = &[2, 5, 29, 35];
const EXTENDED_USAGE: &[u64] = &[2, 5, 29, 37];
const NANOSECONDS: i128 = 1_000_000_000;

/// What a certificate is to say.
pub(super) struct Template {
    pub(super) common_name: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) names: Vec<String>,
    pub(super) days: i64,
    pub(super) authority: bool,
}

/// Who signs: by name, by the identifier of a key, and what the public key has to be.
pub(super) struct Parent {
    subject: Der,
    identifier: Vec<u8>,
    public: Option<Der>,
}

impl Parent {
    /// The one whom `template` is about.
    pub(super) fn itself(template: &Template) -> Self {
        Parent {
            subject: name(&template.common_name),
            identifier: Vec::new(),
            public: None,
        }
    }

    /// The subject of a certificate.
    pub(super) fn read(certificate: &[u8]) -> Result<Self> {
        let malformed = |what: &str| Error::new(format!("x509: malformed {what}"));
        let outer = Element::whole(certificate).and_then(|outer| outer.children());
        let outer = outer.ok_or_else(|| malformed("certificate"))?;
        let body = outer.first().and_then(Element::children);
        let body = body.ok_or_else(|| malformed("tbs certificate"))?;
        // A version stands in front of serial number, algorithm, issuer and validity.
        let versioned = body
            .first()
            .is_some_and(|part| part.tag == Tag::explicit(0));
        let mut parts = body.iter().skip(usize::from(versioned) + 4);
        let subject = parts.next().ok_or_else(|| malformed("issuer"))?;
        let public = parts.next().ok_or_else(|| malformed("spki"))?;
        let extensions = parts.find(|part| part.tag == Tag::explicit(3));
        Ok(Parent {
            subject: subject.der(),
            identifier: extensions.and_then(subject_key).unwrap_or_default(),
            public: Some(public.der()),
        })
    }
}

/// The identifier of the subject's key, which one of the extensions tells.
fn subject_key(extensions: &Element<'_>) -> Option<Vec<u8>> {
    let id = oid(SUBJECT_KEY);
    let extensions = Element::whole(extensions.content)?.children()?;
    let mut extensions = extensions.iter().filter_map(Element::children);
    let parts = extensions.find(|parts| parts.first().is_some_and(|part| part.der() == id))?;
    let value = parts.last().filter(|part| part.tag == Tag::OCTETS)?;
    Some(Element::whole(value.content)?.content.to_vec())
}

fn name(common_name: &str) -> Der {
    if common_name.is_empty() {
        return sequence(&[]);
    }
    let part = sequence(&[oid(&[2, 5, 4, 3]), printable(common_name)]);
    sequence(&[set(&[part])])
}

/// A certificate for `key`, signed by `parent` with `signing`.
pub(super) fn certificate(
    template: &Template,
    key: &PrivateKey,
    parent: &Parent,
    signing: &PrivateKey,
    sources: &Sources,
) -> Result<Der> {
    let serial = serial(sources);
    let algorithm = signing.algorithm()?;
    let public = key.public()?;
    let signer = signing.public()?.der();
    if parent
        .public
        .as_ref()
        .is_some_and(|public| *public != signer)
    {
        return fail("x509: provided PrivateKey doesn't match parent's PublicKey");
    }
    let subject = name(&template.common_name);
    let body = sequence(&[
        explicit(0, &integer(&[2])),
        integer(&serial),
        algorithm.clone(),
        parent.subject.clone(),
        validity(template.days, sources),
        subject.clone(),
        public.der(),
        explicit(
            3,
            &sequence(&extensions(template, &public, &subject, parent)?),
        ),
    ]);
    let signature = signing.sign(body.bytes())?;
    Ok(sequence(&[body, algorithm, bit_string(&signature)]))
}

/// A number below 2^128, without zeros in front.
fn serial(sources: &Sources) -> Vec<u8> {
    let mut bytes = [0; 16];
    sources.entropy.fill(&mut bytes);
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros.min(15)..).unwrap_or_default().to_vec()
}

/// From now on for a number of days; their nanoseconds have 64 bits, as in Go.
fn validity(days: i64, sources: &Sources) -> Der {
    let (now, nanoseconds) = sources.clock.now();
    let lasting = days.wrapping_mul(86_400 * 1_000_000_000);
    let end = i128::from(now) * NANOSECONDS + i128::from(nanoseconds) + i128::from(lasting);
    let end = i64::try_from(end.div_euclid(NANOSECONDS)).unwrap_or(now);
    sequence(&[time(now), time(end)])
}

fn extension(id: &[u64], critical: bool, value: &Der) -> Der {
    let mut parts = vec![oid(id)];
    if critical {
        parts.push(Der::boolean(true));
    }
    parts.push(octet_string(value.bytes()));
    sequence(&parts)
}

fn extensions(
    template: &Template,
    public: &PublicKey,
    subject: &Der,
    parent: &Parent,
) -> Result<Vec<Der>> {
    // digitalSignature and keyEncipherment; an authority also signs certificates.
    let (usage, constraints) = match template.authority {
        true => ([2, 0b1010_0100], sequence(&[Der::boolean(true)])),
        false => ([5, 0b1010_0000], sequence(&[])),
    };
    let server = oid(&[1, 3, 6, 1, 5, 5, 7, 3, 1]);
    let client = oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2]);
    let mut all = vec![
        extension(KEY_USAGE, true, &Der::raw_bits(&usage)),
        extension(EXTENDED_USAGE, false, &sequence(&[server, client])),
        extension(CONSTRAINTS, true, &constraints),
    ];
    if template.authority {
        let digest = Sha256::digest(&public.bits);
        let identifier = octet_string(digest.get(..20).unwrap_or_default());
        all.push(extension(SUBJECT_KEY, false, &identifier));
    }
    if parent.subject != *subject && !parent.identifier.is_empty() {
        let identifier = sequence(&[context(0, &parent.identifier)]);
        all.push(extension(AUTHORITY_KEY, false, &identifier));
    }
    let alternatives = alternatives(template)?;
    if !alternatives.is_empty() {
        let is_nameless = *subject == sequence(&[]);
        let alternatives = sequence(&alternatives);
        all.push(extension(ALTERNATIVES, is_nameless, &alternatives));
    }
    Ok(all)
}

/// Other names of the subject.
fn alternatives(template: &Template) -> Result<Vec<Der>> {
    let name = |name: &String| match name.is_ascii() {
        true => Ok(context(2, name.as_bytes())),
        false => fail(format!(
            "x509: {} cannot be encoded as an IA5String",
            quote(name.as_bytes())
        )),
    };
    let address = |address: &IpAddr| match address.to_canonical() {
        IpAddr::V4(address) => Ok(context(7, &address.octets())),
        IpAddr::V6(address) => Ok(context(7, &address.octets())),
    };
    let names = template.names.iter().map(name);
    names
        .chain(template.addresses.iter().map(address))
        .collect()
}
