//! Values: where they come from and how they come together.

mod coalesce;
mod given;
mod path;
mod strvals;
mod tree;

use serde_json::{Map, Value};
use trueup_helm_template::yaml::from_yaml;

pub(crate) use coalesce::Coalesce;
pub use given::{Given, Place};
pub(crate) use path::leaves;
pub use path::{Step, ValuePath};
pub use strvals::{ReadFile, Setting, set};
pub(crate) use tree::{PathError, copy_map, path_value, table, to_map};

use crate::error::ChartError;
use crate::metadata::kind_of;

/// Reads a values file: its documents are merged, later ones over earlier ones.
///
/// # Errors
/// Texts that are not YAML, and documents that are no maps.
pub fn load_values(text: &[u8]) -> Result<Map<String, Value>, ChartError> {
    let mut values = Map::new();
    for (_, document) in documents(text) {
        let read = from_yaml(document).map_err(|error| {
            ChartError::new(format!(
                "cannot unmarshal yaml document: error converting YAML to JSON: {error}"
            ))
        })?;
        let map = json_map(read, "map[string]interface {}")
            .map_err(|error| error.within("cannot unmarshal yaml document"))?;
        merge(&mut values, map);
    }
    Ok(values)
}

/// A document that was read, as a map; `wanted` is how Go calls that.
pub(crate) fn json_map(read: Value, wanted: &str) -> Result<Map<String, Value>, ChartError> {
    match read {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        other => Err(ChartError::new(format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type {wanted}",
            kind_of(&other)
        ))),
    }
}

/// The documents of a stream, split at lines that begin with `---`, each with the number of
/// lines before it.
fn documents(text: &[u8]) -> Vec<(u32, &[u8])> {
    let mut documents = Vec::new();
    let (mut first, mut start, mut end) = (0, 0, 0);
    for (number, line) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        let after = line.strip_prefix(b"---");
        if after.is_some_and(|after| after.iter().all(u8::is_ascii_whitespace)) {
            documents.push((first, text.get(start..end).unwrap_or_default()));
            (first, start) = (number, end + line.len());
        }
        end += line.len();
    }
    documents.push((first, text.get(start..end).unwrap_or_default()));
    documents.retain(|(_, document)| !document.is_empty());
    documents
}

/// Lays `over` over `under`: maps are merged, all else is replaced.
pub fn merge(under: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}
