//! Universally unique identifiers: `uuid` and `uuidv5`.

use std::sync::Arc;

use sha1::{Digest, Sha1};
use trueup_value::{Type, Value};

use super::{Named, arguments::text};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

type Uuid = [u8; 16];

/// The namespaces of RFC 9562 differ in one byte only.
const NAMESPACES: [(&str, u8); 4] = [("dns", 0x10), ("url", 0x11), ("oid", 0x12), ("x500", 0x14)];

pub(super) fn functions(context: &Context) -> Vec<Named> {
    vec![("uuid", uuid(context)), ("uuidv5", uuidv5())]
}

fn uuid(context: &Context) -> Function {
    let random = Arc::clone(&context.random);
    let pure_only = context.pure_only;
    let description = "Gives a random UUID, another one each time.";
    Function::new(description, Vec::new(), Type::String, move |_| {
        if pure_only {
            return Ok(Value::unknown(Type::String));
        }
        let mut bytes = [0; 16];
        random
            .fill(&mut bytes)
            .map_err(|error| FunctionError::new(format!("reading random bytes: {error}")))?;
        Ok(Value::string(format(stamped(bytes, 4))))
    })
}

fn uuidv5() -> Function {
    let params = vec![
        Param::new("namespace", Type::String)
            .describe("`dns`, `url`, `oid`, `x500`, or the UUID of a namespace."),
        Param::new("name", Type::String).describe("The name in the namespace."),
    ];
    let description = "Gives the UUID of a name in a namespace, the same each time.";
    Function::new(description, params, Type::String, |args| {
        let namespace = namespace(text(args, 0)?)?;
        let digest = Sha1::new()
            .chain_update(namespace)
            .chain_update(text(args, 1)?)
            .finalize();
        let mut bytes = [0; 16];
        bytes
            .iter_mut()
            .zip(&digest)
            .for_each(|(to, from)| *to = *from);
        Ok(Value::string(format(stamped(bytes, 5))))
    })
}

fn namespace(name: &str) -> Result<Uuid, FunctionError> {
    if let Some((_, last)) = NAMESPACES.iter().find(|(known, _)| *known == name) {
        let rest = [
            0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ];
        let mut uuid = [0x6b, 0xa7, 0xb8, *last, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        uuid.iter_mut()
            .skip(4)
            .zip(rest)
            .for_each(|(to, from)| *to = from);
        return Ok(uuid);
    }
    parse(name).map_err(|problem| {
        FunctionError::new(format!(
            "uuidv5() doesn't support namespace {name} ({problem})"
        ))
    })
}

/// With hyphens, in braces, as a URN, or as bare digits.
fn parse(text: &str) -> Result<Uuid, String> {
    let invalid = || "invalid UUID format".to_owned();
    let hyphenated = match text.len() {
        36 => text,
        38 => text.get(1..37).ok_or_else(invalid)?,
        45 => match text.get(..9) {
            Some(urn) if urn.eq_ignore_ascii_case("urn:uuid:") => {
                text.get(9..).ok_or_else(invalid)?
            }
            urn => {
                let urn = trueup_value::quote(urn.unwrap_or(""));
                return Err(format!("invalid urn prefix: {urn}"));
            }
        },
        32 => return digits(text).ok_or_else(invalid),
        length => return Err(format!("invalid UUID length: {length}")),
    };
    let hyphens = [8, 13, 18, 23];
    if !hyphens
        .iter()
        .all(|at| hyphenated.as_bytes().get(*at) == Some(&b'-'))
    {
        return Err(invalid());
    }
    digits(&hyphenated.replace('-', "")).ok_or_else(invalid)
}

fn digits(text: &str) -> Option<Uuid> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

/// `bytes` with the version and the variant written in.
fn stamped(mut bytes: Uuid, version: u8) -> Uuid {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

fn format(uuid: Uuid) -> String {
    let number = u128::from_be_bytes(uuid);
    let part = |shift: u32, digits: u32| number >> shift & ((1 << (digits * 4)) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 8),
        part(80, 4),
        part(64, 4),
        part(48, 4),
        part(0, 12)
    )
}
