//! Lines of the machine-readable stream.

use serde_json::{Map, Value as Json, json};

use crate::states::clock;

/// A line, with its newline.
pub(crate) fn event(level: &str, message: &str, kind: &str, more: Json) -> String {
    let mut line = Map::new();
    line.insert("@level".into(), json!(level));
    line.insert("@message".into(), json!(message));
    line.insert("@module".into(), json!("terraform.ui"));
    line.insert("@timestamp".into(), json!(clock::now()));
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
