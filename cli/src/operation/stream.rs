//! Lines of the machine-readable stream.

use serde_json::{Map, Value as Json, json};
use trueup_core::address::{AbsResourceInstance, InstanceKey};

use crate::states::clock;

/// A line, with its newline.
pub(crate) fn event(level: &str, message: &str, kind: &str, more: Json) -> String {
    let mut line = Map::new();
    line.insert("@level".into(), json!(level));
    line.insert("@message".into(), json!(message));
    line.insert("@module".into(), json!("terraform.ui"));
    line.insert("@timestamp".into(), json!(clock::now_micros()));
    if let Json::Object(more) = more {
        line.extend(more);
    }
    line.insert("type".into(), json!(kind));
    format!("{}\n", Json::Object(line))
}

/// A line that only says something.
pub(crate) fn log(message: &str) -> String {
    event("info", message, "log", Json::Null)
}

/// A resource instance, as events name it.
pub(crate) fn resource(address: &AbsResourceInstance) -> Json {
    let resource = &address.resource.resource;
    let local = match &address.key {
        Some(key) => format!("{resource}{key}"),
        None => resource.to_string(),
    };
    let key = match &address.key {
        Some(InstanceKey::Int(index)) => json!(index),
        Some(InstanceKey::String(key)) => json!(key.as_str()),
        None => Json::Null,
    };
    json!({
        "addr": address.to_string(),
        "module": address.resource.module.to_string(),
        "resource": local,
        "implied_provider": resource.implied_provider(),
        "resource_type": resource.kind.as_str(),
        "resource_name": resource.name.as_str(),
        "resource_key": key,
    })
}
