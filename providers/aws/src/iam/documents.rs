//! Policy documents in attributes.

use trueup_sdk::native::{Field, Fields};
use trueup_value::{Type, Value};

use crate::policy::{self, json};

/// An attribute with a document, which stays as it is where it means the same.
pub(super) fn field(name: &str) -> Field {
    Field::required(name, Type::String).same_if(same)
}

pub(super) fn same(config: &Value, prior: &Value) -> bool {
    match (config.as_str(), prior.as_str()) {
        (Some(config), Some(prior)) => policy::equivalent(config, prior),
        _ => false,
    }
}

/// Writes a planned document as the state has it, unless the state has it
/// already.
pub(super) fn settle(
    planned: &mut Fields,
    prior: Option<&Fields>,
    name: &str,
    write: fn(&str) -> String,
) {
    let Some(text) = planned.text(name).map(str::to_owned) else {
        return;
    };
    if prior.and_then(|prior| prior.text(name)) != Some(text.as_str()) {
        planned.set_text(name, write(&text));
    }
}

/// The document there is, as the state had it if that means the same.
pub(super) fn shown(found: &str, before: Option<&str>, write: fn(&str) -> String) -> String {
    match before {
        Some(before) if !before.is_empty() && policy::equivalent(before, found) => {
            before.to_owned()
        }
        _ => write(found),
    }
}

/// A document as IAM answers it: percent-encoded.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
pub(super) fn decoded(text: &str) -> String {
    if text.trim_start().starts_with('{') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                decoded.push(b' ');
                rest = after;
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// As managed policies and trust policies stand in the state.
pub(super) fn sorted(text: &str) -> String {
    json::normalized(text)
}

/// As inline policies stand in the state.
pub(super) fn inline(text: &str) -> String {
    json::version_first(text)
}
