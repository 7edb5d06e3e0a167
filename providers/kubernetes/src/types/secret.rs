//! `kubernetes_secret`.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json};
use trueup_sdk::{Attribute, native::Fields};
use trueup_value::{Str, Type, Value};

use crate::client::Readiness;

use super::{Extra, Metadata, Typed, typed::Coding};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "Secret",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Confidential data for pods.",
        version: 0,
        outline: OUTLINE,
        extras,
        timeouts: &["create"],
        coding: Some(CODING),
        ready: Some(ready),
    }
}

const OUTLINE: &str = "
data computed sensitive
immutable
type =Opaque replaces
";

fn extras() -> Vec<Extra> {
    let texts = || Type::map(Type::String);
    let extra = |name, attribute: Attribute, about: &str| Extra {
        name,
        attribute: Attribute {
            description: Str::new(about),
            ..attribute
        },
        default: None,
    };
    vec![
        extra(
            "binary_data",
            Attribute::optional(texts()).sensitive(),
            "Data in Base64, by key.",
        ),
        extra(
            "binary_data_wo",
            Attribute::optional(texts()).write_only(),
            "Data in Base64, by key, that is never stored in the state. Sent whenever `binary_data_wo_revision` changes.",
        ),
        extra(
            "binary_data_wo_revision",
            Attribute::optional(Type::Number),
            "Changes when `binary_data_wo` does.",
        ),
        extra(
            "data_wo",
            Attribute::optional(texts()).write_only(),
            "Data by key that is never stored in the state. Sent whenever `data_wo_revision` changes.",
        ),
        extra(
            "data_wo_revision",
            Attribute::optional(Type::Number),
            "Changes when `data_wo` does.",
        ),
        Extra::flag(
            "wait_for_service_account_token",
            true,
            "Whether to wait until a secret for a service account's token has the token.",
        ),
    ]
}

/// Texts are encoded; the API knows no others.
const CODING: Coding = Coding {
    encode,
    decode: |_| {},
    fill,
};

fn encode(fields: &mut Map<String, Json>, config: &Fields) {
    let mut data = Map::new();
    for name in ["data", "data_wo"] {
        for (key, text) in config.texts(name) {
            data.insert(
                key.as_str().unwrap_or_default().to_owned(),
                Json::from(STANDARD.encode(text)),
            );
        }
    }
    for name in ["binary_data", "binary_data_wo"] {
        for (key, text) in config.texts(name) {
            data.insert(
                key.as_str().unwrap_or_default().to_owned(),
                Json::from(text),
            );
        }
    }
    fields.remove("data");
    if !data.is_empty() {
        fields.insert("data".to_owned(), Json::Object(data));
    }
}

/// What is found is divided as it was given: what was given in Base64, or is
/// no text, is `binary_data`, what was not to be stored is left out.
fn fill(value: &mut Fields, live: &Json, stored: &Fields) {
    let keys = |name: &str| -> Vec<String> {
        let texts = stored.texts(name).into_iter();
        texts
            .filter_map(|(key, _)| Some(key.as_str()?.to_owned()))
            .collect()
    };
    let binary = keys("binary_data");
    let hidden = !stored.get("data_wo_revision").is_null()
        || !stored.get("binary_data_wo_revision").is_null();
    let known = keys("data");
    let mut texts = Vec::new();
    let mut bytes = Vec::new();
    for (key, encoded) in live
        .get("data")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        let encoded = encoded.as_str().unwrap_or_default();
        if hidden && !known.contains(key) && !binary.contains(key) {
            continue;
        }
        let decoded = STANDARD.decode(encoded).ok();
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        match text.filter(|_| !binary.contains(key)) {
            Some(text) => texts.push((key.as_str(), Value::string(text))),
            None => bytes.push((key.as_str(), Value::string(encoded))),
        }
    }
    let mut set = |name: &str, entries: Vec<(&str, Value)>| {
        let before = stored.get(name);
        value.set(
            name,
            match entries.is_empty() && super::convert::is_blank(before) {
                true if before.is_null() => Value::null(Type::map(Type::String)),
                true => before.clone(),
                false => Value::map(Type::String, entries),
            },
        );
    };
    set("data", texts);
    set("binary_data", bytes);
    for name in ["data_wo", "binary_data_wo"] {
        value.set(name, Value::null(Type::map(Type::String)));
    }
}

fn ready(config: &Fields, live: &Json) -> Readiness {
    let token =
        live.get("type").and_then(Json::as_str) == Some("kubernetes.io/service-account-token");
    let waits = config.flag("wait_for_service_account_token") != Some(false);
    match token && waits && live.pointer("/data/token").is_none() {
        true => Readiness::InProgress("it has no token yet".to_owned()),
        false => Readiness::Ready,
    }
}
