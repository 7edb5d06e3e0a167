//! Writing values.

use std::fmt::Write;

use super::{JsonError, types::push_type};
use crate::{Path, PathStep, Str, Type, Value, convert};

/// Writes `value` for `ty`, converting it first if it does not conform to it.
/// Marked, unknown and infinite values are errors.
pub fn to_json(value: &Value, ty: &Type) -> Result<String, JsonError> {
    let converted;
    let value = if value.has_type(ty) || value.ty().conforms_to(ty) {
        value
    } else {
        converted = convert::convert(value, ty)
            .map_err(|error| JsonError::new(&error.path, error.message))?;
        &converted
    };
    let mut json = String::new();
    write(value, Some(ty), &mut Path::new(), &mut json)?;
    Ok(json)
}

pub(super) fn simple(value: &Value) -> Result<String, JsonError> {
    let mut json = String::new();
    write(value, None, &mut Path::new(), &mut json)?;
    Ok(json)
}

/// `ty` is only given while it may contain [`Type::Dynamic`].
fn write(
    value: &Value,
    ty: Option<&Type>,
    path: &mut Path,
    json: &mut String,
) -> Result<(), JsonError> {
    let ty = ty.filter(|ty| ty.has_dynamic());
    match value {
        Value::Marked(_) => {
            let message = "value has marks, so it cannot be serialized as JSON";
            return Err(JsonError::new(path, message));
        }
        Value::Unknown(_) => return Err(JsonError::new(path, "value is not known")),
        _ => {}
    }
    if ty == Some(&Type::Dynamic) && !value.is_type_dynamic() {
        return write_dynamic(value, path, json);
    }
    match value {
        Value::Bool(true) => json.push_str("true"),
        Value::Bool(false) => json.push_str("false"),
        Value::Number(number) if number.is_infinite() => {
            return Err(JsonError::new(path, "cannot serialize infinity as JSON"));
        }
        Value::Number(number) => json.push_str(&number.to_text()),
        Value::String(text) => push_string(json, text),
        Value::List(list) => return write_sequence(value, list.elements(), ty, path, json),
        Value::Set(set) => return write_sequence(value, set.elements(), ty, path, json),
        Value::Tuple(tuple) => return write_sequence(value, tuple.elements(), ty, path, json),
        Value::Map(map) => return write_named(value, map.entries(), ty, path, json),
        Value::Object(object) => return write_named(value, object.attributes(), ty, path, json),
        _ => json.push_str("null"),
    }
    Ok(())
}

fn write_dynamic(value: &Value, path: &mut Path, json: &mut String) -> Result<(), JsonError> {
    json.push_str("{\"value\":");
    write(value, None, path, json)?;
    json.push_str(",\"type\":");
    push_type(json, &value.ty());
    json.push('}');
    Ok(())
}

fn write_sequence(
    value: &Value,
    elements: &[Value],
    ty: Option<&Type>,
    path: &mut Path,
    json: &mut String,
) -> Result<(), JsonError> {
    json.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        let element_type = ty.and_then(|ty| ty.at_position(index));
        path.push(PathStep::Index(match value {
            Value::Set(_) => element.clone(),
            _ => Value::number(index),
        }));
        write(element, element_type, path, json)?;
        path.pop();
    }
    json.push(']');
    Ok(())
}

fn write_named(
    value: &Value,
    entries: &[(Str, Value)],
    ty: Option<&Type>,
    path: &mut Path,
    json: &mut String,
) -> Result<(), JsonError> {
    json.push('{');
    for (index, (name, element)) in entries.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_string(json, name);
        json.push(':');
        path.push(match value {
            Value::Object(_) => PathStep::Attr(name.clone()),
            _ => PathStep::Index(Value::String(name.clone())),
        });
        write(element, ty.and_then(|ty| ty.at_name(name)), path, json)?;
        path.pop();
    }
    json.push('}');
    Ok(())
}

/// `text` as a JSON string, with `<`, `>` and `&` escaped as the language's
/// `jsonencode` does.
pub fn quote_json(text: &str) -> String {
    let mut json = String::new();
    push_string(&mut json, text);
    json
}

pub(super) fn push_string(json: &mut String, text: &str) {
    json.reserve(text.len() + 2);
    json.push('"');
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => "",
            _ => continue,
        };
        json.push_str(text.get(done..at).unwrap_or_default());
        if escape.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(json, "\\u{:04x}", u32::from(c));
        } else {
            json.push_str(escape);
        }
        done = at + c.len_utf8();
    }
    json.push_str(text.get(done..).unwrap_or_default());
    json.push('"');
}
