//! An object of the state as `show` prints it: like a block of the language,
//! attributes aligned, nothing that is null.

use std::fmt::Write as _;

use trueup_sdk::{AttributeType, Block, NestingMode};
use trueup_value::{Marks, Str, Type, Value, json::from_json_simple};

use super::value::write_quoted;

const INDENT: usize = 4;

/// The body of a block: what stands between its braces, with a final newline
/// after each line. `value` is an object that conforms to `block`.
pub(crate) fn body(out: &mut String, value: &Value, block: &Block, indent: usize) {
    let shown = block.attributes.iter().filter_map(|(name, attribute)| {
        let value = value.get(name)?;
        let typed = attribute.ty != AttributeType::Value(Type::Dynamic);
        (!is_null(value)).then_some((name, value, attribute.sensitive, typed))
    });
    let shown: Vec<_> = shown.collect();
    let width = shown.iter().map(|(name, ..)| name.chars().count()).max();
    for (name, value, secret, typed) in shown {
        pad(out, indent);
        let (name, width) = (name.as_str(), width.unwrap_or(0));
        let _ = write!(out, "{name:width$} = ");
        if secret {
            out.push_str(SENSITIVE);
        } else {
            write_value(out, value, indent, typed);
        }
        out.push('\n');
    }
    for (name, nested) in &block.blocks {
        if let Some(value) = value.get(name) {
            blocks(out, name, value, nested.nesting, &nested.block, indent);
        }
    }
}

const SENSITIVE: &str = "(sensitive value)";

fn blocks(
    out: &mut String,
    name: &Str,
    value: &Value,
    nesting: NestingMode,
    block: &Block,
    indent: usize,
) {
    let (plain, marks) = value.unmarked();
    if plain.is_null() || !plain.is_known() {
        return;
    }
    if marks.contains(Marks::SENSITIVE) {
        return open(out, name, None, indent, |out| {
            pad(out, indent + INDENT);
            out.push_str("# At least one attribute in this block is (or was) sensitive,\n");
            pad(out, indent + INDENT);
            out.push_str("# so its contents will not be displayed.\n");
        });
    }
    match nesting {
        NestingMode::Single | NestingMode::Group => {
            open(out, name, None, indent, |out| {
                body(out, plain, block, indent + INDENT);
            });
        }
        NestingMode::List | NestingMode::Set | NestingMode::Map => {
            for (key, element) in plain.elements() {
                let label = match nesting {
                    NestingMode::Map => key.as_str().map(str::to_owned),
                    _ => None,
                };
                open(out, name, label.as_deref(), indent, |out| {
                    body(out, &element, block, indent + INDENT);
                });
            }
        }
    }
}

fn open(
    out: &mut String,
    name: &str,
    label: Option<&str>,
    indent: usize,
    inner: impl FnOnce(&mut String),
) {
    out.push('\n');
    pad(out, indent);
    out.push_str(name);
    if let Some(label) = label {
        out.push(' ');
        write_quoted(out, label);
    }
    out.push_str(" {\n");
    inner(out);
    pad(out, indent);
    out.push_str("}\n");
}

/// A value as it stands after the equals sign of an attribute at `indent`.
/// Of a value that is not `typed`, Terraform knows no more than its JSON tells:
/// it takes maps for objects, and shows attributes that are null.
fn write_value(out: &mut String, value: &Value, indent: usize, typed: bool) {
    match value {
        Value::Marked(marked) if marked.0.contains(Marks::SENSITIVE) => out.push_str(SENSITIVE),
        Value::Marked(marked) => write_value(out, &marked.1, indent, typed),
        Value::Unknown(_) => out.push_str("(known after apply)"),
        Value::Null(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_text()),
        Value::String(text) => write_string(out, text, indent),
        Value::List(list) => sequence(out, list.elements(), indent, typed),
        Value::Set(set) => sequence(out, set.elements(), indent, typed),
        Value::Tuple(tuple) => sequence(out, tuple.elements(), indent, typed),
        Value::Map(map) => {
            let entries = map.entries().iter();
            let name = if typed { quoted } else { attribute_name };
            let shown = entries.map(|(k, v)| (name(k), v)).collect();
            mapping(out, shown, indent, typed);
        }
        Value::Object(object) => {
            let entries = object.attributes().iter();
            let shown = entries.filter(|(_, v)| !typed || !is_null(v));
            let shown = shown.map(|(k, v)| (attribute_name(k), v)).collect();
            mapping(out, shown, indent, typed);
        }
    }
}

fn is_null(value: &Value) -> bool {
    value.unmarked().0.is_null()
}

fn sequence(out: &mut String, elements: &[Value], indent: usize, typed: bool) {
    if elements.is_empty() {
        return out.push_str("[]");
    }
    out.push_str("[\n");
    for element in elements {
        pad(out, indent + INDENT);
        write_value(out, element, indent + INDENT, typed);
        out.push_str(",\n");
    }
    pad(out, indent);
    out.push(']');
}

fn mapping(out: &mut String, entries: Vec<(String, &Value)>, indent: usize, typed: bool) {
    if entries.is_empty() {
        return out.push_str("{}");
    }
    let width = entries.iter().map(|(key, _)| key.chars().count()).max();
    out.push_str("{\n");
    for (key, value) in entries {
        pad(out, indent + INDENT);
        let _ = write!(out, "{key:width$} = ", width = width.unwrap_or(0));
        write_value(out, value, indent + INDENT, typed);
        out.push('\n');
    }
    pad(out, indent);
    out.push('}');
}

/// Several lines as a heredoc, JSON as the call that makes it.
fn write_string(out: &mut String, text: &str, indent: usize) {
    if let Some(json) = structured(text) {
        out.push_str("jsonencode(");
        if json.length() == Some(0) {
            write_value(out, &json, indent, false);
        } else {
            out.push('\n');
            pad(out, indent + INDENT);
            write_value(out, &json, indent + INDENT, false);
            out.push('\n');
            pad(out, indent);
        }
        return out.push(')');
    }
    if !text.contains('\n') {
        return write_quoted(out, text);
    }
    out.push_str("<<-EOT\n");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        pad(out, indent + INDENT);
        out.push_str(line);
        out.push('\n');
    }
    pad(out, indent);
    out.push_str("EOT");
}

/// The array or object a text is the JSON of.
fn structured(text: &str) -> Option<Value> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) {
        return None;
    }
    from_json_simple(text).ok()
}

fn attribute_name(name: &str) -> String {
    if trueup_core::config::is_identifier(name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_quoted(&mut out, text);
    out
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// An output as `show` prints it.
pub(crate) fn output(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0, true);
    out
}
