//! JSON as Go's encoder writes it, which is how Terraform's provider stores
//! documents.

use serde_json::Value;

/// A JSON text with sorted keys and without white space; the text itself if it
/// is no JSON.
pub(crate) fn normalized(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => compact(&value),
        Err(_) => text.to_owned(),
    }
}

/// The same with the current `Version` before everything else.
pub(crate) fn version_first(text: &str) -> String {
    let Ok(Value::Object(mut document)) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    if document.get("Version").and_then(Value::as_str) != Some("2012-10-17") {
        return compact(&Value::Object(document));
    }
    document.remove("Version");
    let rest = compact(&Value::Object(document));
    let comma = if rest == "{}" { "" } else { "," };
    let rest = rest.strip_prefix('{').unwrap_or_default();
    format!("{{\"Version\":\"2012-10-17\"{comma}{rest}")
}

/// JSON without white space, with Go's escapes.
pub(crate) fn compact(value: &Value) -> String {
    escaped(&serde_json::to_string(value).unwrap_or_default())
}

/// What Go escapes in texts so that JSON may stand in HTML. None of it can
/// stand anywhere else in JSON.
pub(crate) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            _ => text.push(c),
        }
    }
    text
}
