//! Values as JSON, in the form `jsonencode` promises: no space, keys sorted,
//! and `<`, `>`, `&` escaped so that the text is safe inside HTML.

use std::fmt::Write;

use trueup_value::{Outline, Value};

/// Appends `value`, which must be without marks. What is not known in it is a
/// hole of an outline.
pub(in super::super) fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.to_text()),
        Value::String(text) => push_string(out, text),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            out.push('[');
            for (index, element) in value.values().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_value(out, element);
            }
            out.push(']');
        }
        Value::Map(map) => push_members(out, map.entries().iter().map(|(k, v)| (k.as_str(), v))),
        Value::Object(object) => {
            push_members(
                out,
                object.attributes().iter().map(|(k, v)| (k.as_str(), v)),
            );
        }
        Value::Unknown(_) => out.push(Outline::HOLE),
        Value::Null(_) | Value::Marked(_) => out.push_str("null"),
    }
}

fn push_members<'v>(out: &mut String, members: impl Iterator<Item = (&'v str, &'v Value)>) {
    out.push('{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_string(out, name);
        out.push(':');
        push_value(out, value);
    }
    out.push('}');
}

/// Appends `text` in double quotes.
pub(in super::super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
