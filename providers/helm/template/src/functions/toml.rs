//! TOML in templates.

use serde_json::{Map, Value as Json};

use super::arguments::{Args, Result, check_size, fail, put};
use super::from_toml::from_toml;
use super::json::to_json_within;
use crate::yaml::format_g;
use crate::{Call, ErrorKind, Function, Functions, Signature, Type, Value};

pub(super) fn add(functions: &mut Functions) {
    put(functions, "fromToml", &[Type::String], |args| {
        Ok(from_toml(&args.text(0)).into())
    });
    for (name, must) in [("toToml", false), ("mustToToml", true)] {
        let body = move |call: &mut Call<'_>, args: &[Value]| {
            let value = Args(args).value(0);
            if value.is_nil() {
                return fail("reflect: call of reflect.Value.Type on zero Value");
            }
            let printed = to_json_within(&value, call.limits()).and_then(|value| print(&value));
            match printed {
                Ok(text) => Ok(text.into()),
                Err(error) if must || error.kind() == ErrorKind::Limit => Err(error),
                Err(error) => Ok(error.message().into()),
            }
        };
        functions.insert(name, Function::new(Signature::fixed(&[Type::Any]), body));
    }
}

fn print(value: &Json) -> Result<String> {
    let mut out = String::new();
    match value {
        Json::Object(map) => table(map, &[], &mut out)?,
        Json::Null => return fail("reflect: call of reflect.Value.Type on zero Value"),
        Json::Array(_) if is_table(value) => {
            return fail("toml: top-level values must be Go maps or structs");
        }
        _ => element(value, &mut out)?,
    }
    Ok(out)
}

fn is_table(value: &Json) -> bool {
    match value {
        Json::Object(_) => true,
        Json::Array(items) => !items.is_empty() && items.iter().all(Json::is_object),
        _ => false,
    }
}

/// Plain values first, then tables, both in the order of keys.
fn table(map: &Map<String, Json>, path: &[String], out: &mut String) -> Result<()> {
    let mut entries: Vec<(&String, &Json)> =
        map.iter().filter(|(_, value)| !value.is_null()).collect();
    entries.sort_by_key(|(key, value)| (is_table(value), *key));
    for (key, value) in entries {
        let mut inner = path.to_vec();
        inner.push(bare_or_quoted(key));
        let indent = "  ".repeat(path.len());
        let name = inner.join(".");
        check_size(out.len().saturating_add(name.len()))?;
        match value {
            Json::Object(map) => {
                if path.is_empty() {
                    newline(out);
                }
                out.push_str(&format!("{indent}[{name}]\n"));
                table(map, &inner, out)?;
            }
            Json::Array(items) if is_table(value) => {
                for map in items.iter().filter_map(Json::as_object) {
                    newline(out);
                    out.push_str(&format!("{indent}[[{name}]]\n"));
                    table(map, &inner, out)?;
                }
            }
            _ => {
                out.push_str(&format!("{indent}{} = ", bare_or_quoted(key)));
                element(value, out)?;
                out.push('\n');
            }
        }
    }
    Ok(())
}

fn newline(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn bare_or_quoted(key: &str) -> String {
    let bare =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    if !key.is_empty() && key.chars().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

fn element(value: &Json, out: &mut String) -> Result<()> {
    match value {
        Json::Null => return fail("toml: cannot encode array with nil element"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => match number.as_f64() {
            Some(value) if number.is_f64() => {
                let text = format_g(value);
                out.push_str(&text);
                if !text.contains(['.', 'e']) {
                    out.push_str(".0");
                }
            }
            _ => out.push_str(&number.to_string()),
        },
        Json::String(text) => out.push_str(&quoted(text)),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                element(item, out)?;
            }
            out.push(']');
        }
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().filter(|(_, value)| !value.is_null()).collect();
            entries.sort_by_key(|(key, value)| (is_table(value), *key));
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(&format!("{} = ", bare_or_quoted(key)));
                element(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\x1F' | '\x7F' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
