//! Whose an object is.

use serde_json::{Map, Value};

const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const RELEASE_NAME: &str = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// A release, by what objects say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The release's name.
    pub name: &'a str,
    /// The release's namespace.
    pub namespace: &'a str,
}

/// Why an object is not the release's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid ownership metadata; {}", .0.join("; "))]
pub struct NotOwned(Vec<String>);

impl Owner<'_> {
    /// Checks that a live object belongs to the release.
    ///
    /// # Errors
    /// All labels and annotations that say otherwise, in Helm's words.
    pub fn check(self, object: &Value) -> Result<(), NotOwned> {
        let label = require(object, "labels", MANAGED_BY, "Helm");
        let name = require(object, "annotations", RELEASE_NAME, self.name);
        let namespace = require(object, "annotations", RELEASE_NAMESPACE, self.namespace);
        let wrong: Vec<String> = [label, name, namespace].into_iter().flatten().collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(NotOwned(wrong))
        }
    }

    /// Writes into an object whose it is.
    pub fn mark(self, object: &mut Value) {
        set(object, "labels", MANAGED_BY, "Helm");
        set(object, "annotations", RELEASE_NAME, self.name);
        set(object, "annotations", RELEASE_NAMESPACE, self.namespace);
    }
}

fn require(object: &Value, part: &str, key: &str, wanted: &str) -> Option<String> {
    let found = object.get("metadata").and_then(|meta| meta.get(part));
    let found = found
        .and_then(|part| part.get(key))
        .map(|found| found.as_str().unwrap_or_default());
    let what = part.trim_end_matches('s');
    match found {
        None => Some(format!(
            "{what} validation error: missing key {key:?}: must be set to {wanted:?}"
        )),
        Some(found) if found != wanted => Some(format!(
            "{what} validation error: key {key:?} must equal {wanted:?}: current value is {found:?}"
        )),
        Some(_) => None,
    }
}

fn set(object: &mut Value, part: &str, key: &str, value: &str) {
    if let Some(metadata) = map_at(object, "metadata")
        && let Some(part) = metadata_part(metadata, part)
    {
        part.insert(key.to_owned(), value.into());
    }
}

fn map_at<'a>(object: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    metadata_part(object.as_object_mut()?, key)
}

fn metadata_part<'a>(
    map: &'a mut Map<String, Value>,
    key: &str,
) -> Option<&'a mut Map<String, Value>> {
    let part = map.entry(key).or_insert(Value::Null);
    if part.is_null() {
        *part = Value::Object(Map::new());
    }
    part.as_object_mut()
}
