//! Unknown values and their refinements.

use super::{
    MsgpackError, REFINED,
    encode::write_number,
    key,
    reader::{Reader, Token},
    writer::Writer,
};
use crate::{Bound, Number, Path, Type, Unknown, Value};

/// Longer prefixes are cut, so that readers with a limit accept them.
const MAX_PREFIX: usize = 256;
/// Longer refinements are not read.
const MAX_REFINEMENT: usize = 1024;

pub(super) fn write_unknown(unknown: &Unknown, writer: &mut Writer) {
    let Some(refinement) = unknown.refinement() else {
        return writer.extension(0, &[0]);
    };
    let (mut count, mut body) = (0, Writer::default());
    let mut entry = |key: i64, write: &dyn Fn(&mut Writer)| {
        count += 1;
        body.int(key);
        write(&mut body);
    };
    if refinement.not_null {
        entry(key::NULLNESS, &|writer| writer.bool(false));
    }
    if let Some(bound) = &refinement.min {
        entry(key::MIN, &|writer| write_bound(bound, writer));
    }
    if let Some(bound) = &refinement.max {
        entry(key::MAX, &|writer| write_bound(bound, writer));
    }
    if let Some(prefix) = &refinement.prefix {
        let prefix = shortened(prefix);
        entry(key::PREFIX, &|writer| writer.string(&prefix));
    }
    if let Some(length) = refinement.min_length {
        entry(key::MIN_LENGTH, &|writer| {
            writer.int(i64::try_from(length).unwrap_or(i64::MAX))
        });
    }
    if let Some(length) = refinement.max_length {
        entry(key::MAX_LENGTH, &|writer| {
            writer.int(i64::try_from(length).unwrap_or(i64::MAX))
        });
    }
    let mut whole = Writer::default();
    whole.map(count);
    whole.bytes.append(&mut body.bytes);
    writer.extension(REFINED, &whole.bytes);
}

fn write_bound(bound: &Bound, writer: &mut Writer) {
    writer.array(2);
    match bound.0.is_infinite() {
        true => writer.float(bound.0.to_f64()),
        false => write_number(&bound.0, writer),
    }
    writer.bool(bound.1);
}

fn shortened(prefix: &str) -> String {
    if prefix.len() <= MAX_PREFIX {
        return prefix.to_owned();
    }
    let end = prefix.floor_char_boundary(MAX_PREFIX - 1);
    crate::refine::safe_prefix(prefix.get(..end).unwrap_or_default())
}

/// Reads the body of an extension.
pub(super) fn read_unknown(
    kind: i8,
    body: &[u8],
    ty: &Type,
    path: &Path,
) -> Result<Value, MsgpackError> {
    let error = |message: &str| Err(MsgpackError::new(path, message));
    if body.len() <= 1 {
        return Ok(Value::unknown(ty.clone()));
    }
    if kind != REFINED {
        let length = body.len();
        return error(&format!(
            "unsupported extension type 0x{kind:02x} with len {length}"
        ));
    }
    if body.len() > MAX_REFINEMENT {
        return error("oversize unknown value refinement");
    }
    match refined(body, ty) {
        Ok(value) => Ok(value),
        Err(message) => error(&format!(
            "failed to decode msgpack extension body: {message}"
        )),
    }
}

fn refined(body: &[u8], ty: &Type) -> Result<Value, &'static str> {
    let mut reader = Reader::new(body);
    let Some(Token::Map(count)) = reader.token() else {
        return Err("not a map");
    };
    let mut refine = Value::unknown(ty.clone()).refine();
    if *ty == Type::Dynamic {
        return Ok(refine.finish());
    }
    for _ in 0..count {
        let Some(Token::Int(found)) = reader.token() else {
            return Err("non-integer key in map");
        };
        refine = match found {
            key::NULLNESS => match reader.token() {
                Some(Token::Bool(false)) => refine.not_null(),
                Some(Token::Bool(true)) => return Ok(Value::null(ty.clone())),
                _ => return Err("null refinement is not boolean"),
            },
            key::PREFIX => match reader.token() {
                _ if *ty != Type::String => {
                    return Err("string prefix refinement for non-string type");
                }
                Some(Token::String(prefix)) => match std::str::from_utf8(prefix) {
                    Ok(prefix) => refine.prefix_full(prefix),
                    Err(_) => return Err("string prefix refinement is not valid UTF-8"),
                },
                _ => return Err("string prefix refinement is not string"),
            },
            key::MIN | key::MAX if *ty != Type::Number => {
                return Err("numeric bound refinement for non-number type");
            }
            key::MIN | key::MAX => {
                let (bound, inclusive) = read_bound(&mut reader)
                    .ok_or("length bound refinement must be [number, bool] array")?;
                match found {
                    key::MIN => refine.min(&bound, inclusive),
                    _ => refine.max(&bound, inclusive),
                }
            }
            key::MIN_LENGTH | key::MAX_LENGTH if ty.element().is_none() => {
                return Err("length lower bound refinement for non-collection type");
            }
            key::MIN_LENGTH | key::MAX_LENGTH => {
                let Some(Token::Int(length)) = reader.token() else {
                    return Err("length bound refinement must be integer or [integer, bool] array");
                };
                let length = u64::try_from(length).unwrap_or(0);
                match found {
                    key::MIN_LENGTH => refine.min_length(length),
                    _ => refine.max_length(length),
                }
            }
            // Refinements of later versions may be ignored.
            _ => {
                reader.skip().ok_or("truncated")?;
                refine
            }
        };
    }
    Ok(refine.finish())
}

fn read_bound(reader: &mut Reader<'_>) -> Option<(Number, bool)> {
    let Token::Array(2) = reader.token()? else {
        return None;
    };
    let number = reader.token()?.number()?;
    match reader.token()? {
        Token::Bool(inclusive) => Some((number, inclusive)),
        _ => None,
    }
}
