//! Which mistakes stay mistakes, whatever values that are not known yet turn out to be.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Whether a mistake does not depend on anything that `stand_in` stands for.
pub(super) fn is_certain(error: &ValidationError<'_>, values: &Value, stand_in: &str) -> bool {
    let way = error.evaluation_path().to_string();
    if way.split('/').any(is_conditional) {
        return false;
    }
    let place = values.pointer(&error.instance_path().to_string());
    let known = |value: Option<&Value>| !value.is_some_and(|value| stands(value, stand_in));
    match error.kind() {
        // A null would not be there at all.
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let mut unexpected = unexpected.iter();
            unexpected.any(|name| known(place.and_then(|place| place.get(name))))
        }
        ValidationErrorKind::Required { .. } => true,
        _ => known(place),
    }
}

/// Whether a schema below this keyword applies only if other values are so or so.
fn is_conditional(keyword: &str) -> bool {
    matches!(
        keyword,
        "then" | "else" | "dependentSchemas" | "dependencies"
    )
}

/// Whether the text stands for something in there.
fn stands(value: &Value, stand_in: &str) -> bool {
    match value {
        Value::String(text) => text.contains(stand_in),
        Value::Array(elements) => elements.iter().any(|element| stands(element, stand_in)),
        Value::Object(entries) => entries.values().any(|entry| stands(entry, stand_in)),
        _ => false,
    }
}
