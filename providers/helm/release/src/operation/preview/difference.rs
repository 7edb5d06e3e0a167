//! What differs between objects, but for what the server notes of its own.

use serde_json::Value;
use trueup_kubernetes::client::{Change, changes};

/// What differs but for what the server notes of its own.
pub(super) fn plain_changes(before: &Value, after: &Value) -> Vec<Change> {
    changes(&plain(before), &plain(after))
}

/// An object without what the server notes of its own.
pub(crate) fn plain(object: &Value) -> Value {
    const NOTED: [&str; 5] = [
        "managedFields",
        "resourceVersion",
        "generation",
        "uid",
        "creationTimestamp",
    ];
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        metadata.retain(|name, _| !NOTED.contains(&name.as_str()));
    }
    object
}

/// Where the fields that a manifest has differ from those there are.
pub(super) fn changes_to(live: &Value, manifest: &Value) -> Vec<Change> {
    let laid = laid_over(live, manifest);
    plain_changes(live, &laid)
}

/// The object with the manifest's fields in the place of its own. Lists are
/// taken as they are where they differ in length.
fn laid_over(live: &Value, manifest: &Value) -> Value {
    match (live, manifest) {
        (Value::Object(live), Value::Object(manifest)) => {
            let mut laid = live.clone();
            for (name, wanted) in manifest.iter().filter(|(_, wanted)| !wanted.is_null()) {
                let inner = match live.get(name) {
                    Some(before) => laid_over(before, wanted),
                    None => wanted.clone(),
                };
                laid.insert(name.clone(), inner);
            }
            Value::Object(laid)
        }
        (Value::Array(live), Value::Array(manifest)) if live.len() == manifest.len() => {
            let pairs = live.iter().zip(manifest);
            Value::Array(
                pairs
                    .map(|(live, wanted)| laid_over(live, wanted))
                    .collect(),
            )
        }
        (_, manifest) => manifest.clone(),
    }
}
