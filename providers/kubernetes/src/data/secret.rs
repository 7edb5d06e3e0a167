//! Data source `kubernetes_secret`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value as Json;
use trueup_sdk::{Attribute, native::Fields};
use trueup_value::{Str, Type, Value};

use super::Looked;
use crate::types::metadata::Metadata;

pub(super) fn kind() -> Looked {
    Looked {
        api_version: "v1",
        kind: "Secret",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Confidential data for pods.",
        outline: "
data readonly sensitive
immutable readonly
type readonly
",
        extras,
        fill,
    }
}

fn extras() -> Vec<(&'static str, Attribute)> {
    let attribute = Attribute {
        description: Str::new(
            "Keys whose values are wanted in Base64, as they are stored; what is given for them does not matter.",
        ),
        ..Attribute::optional(Type::map(Type::String)).sensitive()
    };
    vec![("binary_data", attribute)]
}

/// Texts are decoded, but for what is wanted in Base64.
fn fill(value: &mut Fields, live: &Json, config: &Fields) {
    let wanted = config.texts("binary_data");
    let is_binary = |key: &str| {
        wanted
            .iter()
            .any(|(wanted, _)| wanted.as_str() == Some(key))
    };
    let data = live.get("data").and_then(Json::as_object);
    let (mut texts, mut bytes) = (Vec::new(), Vec::new());
    for (key, encoded) in data.into_iter().flatten() {
        let encoded = encoded.as_str().unwrap_or_default();
        let decoded = STANDARD.decode(encoded).unwrap_or_default();
        match is_binary(key) {
            true => bytes.push((key.as_str(), Value::string(encoded))),
            false => {
                let text = String::from_utf8_lossy(&decoded).into_owned();
                texts.push((key.as_str(), Value::string(text)));
            }
        }
    }
    value.set("data", Value::map(Type::String, texts));
    if !wanted.is_empty() {
        value.set("binary_data", Value::map(Type::String, bytes));
    }
}
