//! Values spelled out, with their marks and what is known of the unknown, as
//! the oracle spells them.

use trueup_value::{Marks, Number, Refinement, Type, Unknown, Value, json::type_to_json};

pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Marked(_) => marked(value),
        Value::Null(ty) => format!("null({})", type_to_json(ty)),
        Value::Unknown(unknown) => format!(
            "unknown({}{})",
            type_to_json(unknown.ty()),
            certain(unknown)
        ),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_text(),
        Value::String(text) => quoted(text),
        Value::Map(_) | Value::Object(_) => {
            let pairs = value.elements().map(|(key, value)| {
                let key = key.as_str().unwrap_or_default().to_owned();
                format!("{}={}", quoted(&key), written(&value))
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        Value::Set(_) => format!("set[{}]", elements(value)),
        Value::List(_) | Value::Tuple(_) => format!("[{}]", elements(value)),
    }
}

fn marked(value: &Value) -> String {
    let (inner, marks) = value.unmarked();
    let names = [
        (Marks::EPHEMERAL, "ephemeral"),
        (Marks::SENSITIVE, "sensitive"),
    ];
    let held = names.iter().filter(|(mark, _)| marks.contains(*mark));
    let held: Vec<_> = held.map(|(_, name)| *name).collect();
    format!("{}({})", held.join("+"), written(inner))
}

fn elements(value: &Value) -> String {
    value.values().map(written).collect::<Vec<_>>().join(",")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn certain(unknown: &Unknown) -> String {
    let refinement: Refinement = unknown.refinement().cloned().unwrap_or_default();
    let mut out = String::new();
    if refinement.not_null {
        out.push_str(" there");
    }
    if let Some(prefix) = refinement.prefix.filter(|prefix| !prefix.is_empty()) {
        out.push_str(&format!(" prefix={}", quoted(&prefix)));
    }
    out.push_str(&bound(" min", refinement.min.as_ref()));
    out.push_str(&bound(" max", refinement.max.as_ref()));
    if !matches!(unknown.ty(), Type::List(_) | Type::Set(_) | Type::Map(_)) {
        return out;
    }
    if let Some(least) = refinement.min_length.filter(|least| *least > 0) {
        out.push_str(&format!(" least={least}"));
    }
    if let Some(most) = refinement.max_length.filter(|most| *most < 1 << 40) {
        out.push_str(&format!(" most={most}"));
    }
    out
}

fn bound(name: &str, bound: Option<&(Number, bool)>) -> String {
    let Some((at, included)) = bound else {
        return String::new();
    };
    let sign = if *included { '=' } else { '>' };
    format!("{name}{sign}{}", at.to_text())
}
