//! Base 64 and base 32, and JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::arguments::{Args, Result, Row, fixed, put_all};
use super::json::{from_json, from_json_value, to_json_within};
use super::leaf_flow::{json_leaves, json_order, label};
use crate::yaml::to_json;
use crate::{Call, Error, ErrorKind, Function, Functions, List, Map, Signature, Str, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;

const FUNCTIONS: &[Row] = &[
    fixed(&["b64enc"], &[S], |args| {
        Ok(STANDARD.encode(args.str(0).as_bytes()).into())
    }),
    fixed(&["b64dec"], &[S], |args| {
        Ok(base64_decode(args.str(0).as_bytes()))
    }),
    fixed(&["b32enc"], &[S], |args| {
        Ok(base32_encode(args.str(0).as_bytes()).into())
    }),
    fixed(&["b32dec"], &[S], |args| {
        Ok(base32_decode(args.str(0).as_bytes()))
    }),
    fixed(&["fromJson"], &[S], read_map),
    fixed(&["fromJsonArray"], &[S], read_list),
    fixed(&["mustFromJson"], &[S], |args| {
        let read = from_json(&args.text(0)).map_err(Error::new)?;
        Ok(from_json_value(&read))
    }),
];

pub(super) fn add(functions: &mut Functions) {
    put_all(functions, FUNCTIONS);
    for (name, must, print) in [
        ("toJson", "mustToJson", to_json as Print),
        ("toRawJson", "mustToRawJson", raw),
        ("toPrettyJson", "mustToPrettyJson", pretty),
    ] {
        const ONE: Signature = Signature::fixed(&[ANY]);
        let checked = move |call: &mut Call<'_>, args: &[Value]| json(call, Args(args), print);
        functions.insert(must, Function::new(ONE, checked).flow_aware());
        // `toRawJson` alone doesn't hide what can't be printed.
        let plain = move |call: &mut Call<'_>, args: &[Value]| match checked(call, args) {
            Err(error) if name != "toRawJson" => hidden(error),
            printed => printed,
        };
        functions.insert(name, Function::new(ONE, plain).flow_aware());
    }
}

fn read_map(args: Args<'_>) -> Result {
    Ok(match from_json(&args.text(0)) {
        Ok(value) if value.is_object() => from_json_value(&value),
        Ok(serde_json::Value::Null) => Map::nil(Type::MAP).into(),
        Ok(other) => error_map(&not_into("map[string]interface {}", &other)),
        Err(error) => error_map(&error),
    })
}

fn read_list(args: Args<'_>) -> Result {
    let told = |message: String| List::new(vec![message.into()]).into();
    Ok(match from_json(&args.text(0)) {
        Ok(value) if value.is_array() => from_json_value(&value),
        Ok(serde_json::Value::Null) => List::nil(Type::LIST).into(),
        Ok(other) => told(not_into("[]interface {}", &other)),
        Err(error) => told(error),
    })
}

/// That JSON doesn't fit a type of Go.
fn not_into(wanted: &str, found: &serde_json::Value) -> String {
    let kind = kind(found);
    format!("json: cannot unmarshal {kind} into Go value of type {wanted}")
}

pub(super) fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "bool",
        serde_json::Value::Number(_) => "number",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Array(_) => "array",
        serde_json::Value::Object(_) => "object",
    }
}

/// What Helm's readers return instead of failing: a map with the key `Error`.
pub(super) fn error_map(message: &str) -> Value {
    std::iter::once((Str::from("Error"), message.into()))
        .collect::<Map>()
        .into()
}

/// Errors that Helm doesn't tell of print nothing; limits are told of.
pub(super) fn hidden(error: Error) -> Result {
    match error.kind() {
        ErrorKind::Limit => Err(error),
        _ => Ok("".into()),
    }
}

type Print = fn(&serde_json::Value) -> String;

/// Prints a value; each leaf keeps its flow, where flow is wanted.
fn json(call: &Call<'_>, args: Args<'_>, print: Print) -> Result {
    let value = args.value(0);
    let text = print(&to_json_within(&value, call.limits())?);
    if !call.is_traced() {
        return Ok(text.into());
    }
    let ranges = json_leaves(&text);
    Ok(label(text, &value, json_order, &ranges))
}

fn raw(value: &serde_json::Value) -> String {
    to_json(value)
        .replace("\\u003c", "<")
        .replace("\\u003e", ">")
        .replace("\\u0026", "&")
}

/// `json.MarshalIndent` with two spaces.
fn pretty(value: &serde_json::Value) -> String {
    let mut out = String::new();
    write_pretty(value, "\n", &mut out);
    out
}

fn write_pretty(value: &serde_json::Value, line: &str, out: &mut String) {
    let inner = format!("{line}  ");
    match value {
        serde_json::Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                out.push_str(&inner);
                write_pretty(item, &inner, out);
            }
            out.push_str(line);
            out.push(']');
        }
        serde_json::Value::Object(map) if !map.is_empty() => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            for (index, (key, item)) in entries.into_iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                out.push_str(&inner);
                crate::yaml::quote_json(key, true, out);
                out.push_str(": ");
                write_pretty(item, &inner, out);
            }
            out.push_str(line);
            out.push('}');
        }
        other => out.push_str(&to_json(other)),
    }
}

/// The bytes, or Go's complaint as the result.
fn base64_decode(text: &[u8]) -> Value {
    let packed: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    match STANDARD.decode(&packed) {
        Ok(bytes) => Str::from(bytes).into(),
        Err(_) => format!("illegal base64 data at input byte {}", corrupt_at(text)).into(),
    }
}

/// Where Go finds base 64 corrupt.
fn corrupt_at(text: &[u8]) -> usize {
    let mut digits = 0;
    let mut position = 0;
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    while let Some(byte) = text.get(position) {
        match byte {
            b'\r' | b'\n' => {}
            byte if is_digit(byte) => digits += 1,
            b'=' if digits % 4 >= 2 => {
                let padding = text
                    .iter()
                    .skip(position)
                    .filter(|byte| !matches!(byte, b'\r' | b'\n'));
                let wanted = 4 - digits % 4;
                let found = padding.clone().take_while(|byte| **byte == b'=').count();
                if found < wanted {
                    return if padding.count() > found {
                        position + found
                    } else {
                        text.len()
                    };
                }
                return position + wanted;
            }
            _ => return position,
        }
        position += 1;
    }
    position - digits % 4
}

const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32_encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut block = 0_u64;
        for index in 0..5 {
            block = block << 8 | u64::from(chunk.get(index).copied().unwrap_or(0));
        }
        let digits = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = usize::try_from(block >> (35 - 5 * index) & 31).unwrap_or(0);
            out.push(if index < digits {
                BASE_32.get(digit).map_or('=', |byte| char::from(*byte))
            } else {
                '='
            });
        }
    }
    out
}

fn base32_decode(text: &[u8]) -> Value {
    let packed: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let digits = packed
        .iter()
        .position(|byte| *byte == b'=')
        .unwrap_or(packed.len());
    let corrupt = |at: usize| Value::from(format!("illegal base32 data at input byte {at}"));
    let mut bits = 0_u64;
    let mut held = 0;
    let mut out = Vec::new();
    for (index, byte) in packed.iter().take(digits).enumerate() {
        let Some(digit) = BASE_32.iter().position(|known| known == byte) else {
            return corrupt(index);
        };
        bits = bits << 5 | digit as u64;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xFF).unwrap_or(0));
        }
    }
    let padding = packed.len() - digits;
    let complete = packed.len().is_multiple_of(8) && matches!(padding, 0 | 1 | 3 | 4 | 6);
    let clean = packed.iter().skip(digits).all(|byte| *byte == b'=');
    if complete && clean {
        Str::from(out).into()
    } else {
        corrupt(if padding == 0 { digits / 8 * 8 } else { digits })
    }
}
