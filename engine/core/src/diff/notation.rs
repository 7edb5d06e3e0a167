//! Values as messages about broken providers write them: in the notation of
//! Terraform's own value library, because that is what users search for.

use std::fmt::Write;

use trueup_value::{Path, PathStep, Type, Value};

/// A value in that notation.
pub(super) fn shown(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

/// A path in that notation.
pub(super) fn path_shown(path: &Path) -> String {
    let steps = path.steps().iter().map(|step| match step {
        PathStep::Attr(name) => format!("cty.GetAttrStep{{Name:{}}}", quoted(name)),
        PathStep::Index(key) => format!("cty.IndexStep{{Key:{}}}", shown(key)),
    });
    format!("cty.Path{{{}}}", steps.collect::<Vec<_>>().join(", "))
}

fn write_value(out: &mut String, value: &Value) {
    let (value, _) = value.unmarked();
    match value {
        Value::Null(_) => typed(out, "NullVal", &value.ty()),
        Value::Unknown(_) if value.ty() == Type::Dynamic => out.push_str("cty.DynamicVal"),
        Value::Unknown(_) => typed(out, "UnknownVal", &value.ty()),
        Value::List(list) if list.elements().is_empty() => {
            typed(out, "ListValEmpty", list.element_type());
        }
        Value::Set(set) if set.elements().is_empty() => {
            typed(out, "SetValEmpty", set.element_type());
        }
        Value::Map(map) if map.entries().is_empty() => {
            typed(out, "MapValEmpty", map.element_type());
        }
        Value::List(_) => sequence(out, "ListVal", value),
        Value::Set(_) => sequence(out, "SetVal", value),
        Value::Tuple(tuple) if tuple.elements().is_empty() => out.push_str("cty.EmptyTupleVal"),
        Value::Tuple(_) => sequence(out, "TupleVal", value),
        Value::Map(_) => named(out, "MapVal", value),
        Value::Object(object) if object.attributes().is_empty() => {
            out.push_str("cty.EmptyObjectVal");
        }
        Value::Object(_) => named(out, "ObjectVal", value),
        other => scalar(out, other),
    }
}

fn scalar(out: &mut String, value: &Value) {
    if let Some(text) = value.as_str() {
        let _ = write!(out, "cty.StringVal({})", quoted(text));
    } else if let Some(truth) = value.as_bool() {
        out.push_str(if truth { "cty.True" } else { "cty.False" });
    } else if let Some(number) = value.as_number() {
        let _ = match number.to_i64() {
            Some(integer) => write!(out, "cty.NumberIntVal({integer})"),
            None => write!(out, "cty.NumberFloatVal({number})"),
        };
    }
}

/// As Go quotes strings.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn sequence(out: &mut String, name: &str, value: &Value) {
    let _ = write!(out, "cty.{name}([]cty.Value{{");
    for (index, element) in value.values().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_value(out, element);
    }
    out.push_str("})");
}

fn named(out: &mut String, name: &str, value: &Value) {
    let _ = write!(out, "cty.{name}(map[string]cty.Value{{");
    for (index, (key, element)) in value.elements().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        let _ = write!(out, "{}:", quoted(key.as_str().unwrap_or_default()));
        write_value(out, &element);
    }
    out.push_str("})");
}

fn typed(out: &mut String, name: &str, ty: &Type) {
    let _ = write!(out, "cty.{name}(");
    write_type(out, ty);
    out.push(')');
}

fn write_type(out: &mut String, ty: &Type) {
    let mut of = |name: &str, element: &Type| {
        let _ = write!(out, "cty.{name}(");
        write_type(out, element);
        out.push(')');
    };
    match ty {
        Type::Dynamic => out.push_str("cty.DynamicPseudoType"),
        Type::String => out.push_str("cty.String"),
        Type::Number => out.push_str("cty.Number"),
        Type::Bool => out.push_str("cty.Bool"),
        Type::List(element) => of("List", element),
        Type::Set(element) => of("Set", element),
        Type::Map(element) => of("Map", element),
        Type::Tuple(elements) if elements.is_empty() => out.push_str("cty.EmptyTuple"),
        Type::Tuple(elements) => {
            out.push_str("cty.Tuple([]cty.Type{");
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_type(out, element);
            }
            out.push_str("})");
        }
        Type::Object(object) if object.attributes().is_empty() => out.push_str("cty.EmptyObject"),
        Type::Object(object) => {
            out.push_str("cty.Object(map[string]cty.Type{");
            for (index, (name, ty)) in object.attributes().iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let _ = write!(out, "{}:", quoted(name));
                write_type(out, ty);
            }
            out.push_str("})");
        }
    }
}
