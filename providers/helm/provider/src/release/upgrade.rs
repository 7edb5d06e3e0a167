//! States of version 2 of Terraform's provider, and of version 1.

use serde_json::{Map, Value as Json};
use trueup_sdk::{
    Problem,
    native::{Fields, Shape},
    read_stored,
};
use trueup_value::Value;

/// What version 2 stores as a list of at most one block, and version 3 as an
/// object.
const OBJECTS: [&str; 2] = ["metadata", "postrender"];

/// What version 2 stores as blocks: none are an empty list there, and null in
/// version 3.
const BLOCKS: [&str; 3] = ["set", "set_list", "set_sensitive"];

/// Reads an object stored by an older version.
///
/// # Errors
/// It does not conform to the schema it was stored under.
pub(super) fn upgraded(
    shape: &Shape,
    defaults: Vec<(&'static str, Value)>,
    version: u64,
    json: &str,
) -> Result<Value, Vec<Problem>> {
    let schema = shape.schema();
    if version >= schema.version {
        return read_stored(&schema, version, json);
    }
    let Ok(Json::Object(mut stored)) = serde_json::from_str(json) else {
        return read_stored(&schema, version, json);
    };
    for name in OBJECTS {
        unwrap(&mut stored, name);
    }
    for name in BLOCKS {
        if stored
            .get(name)
            .and_then(Json::as_array)
            .is_some_and(Vec::is_empty)
        {
            stored.insert(name.to_owned(), Json::Null);
        }
    }
    let text = Json::Object(stored).to_string();
    let mut fields = Fields::of(&read_stored(&schema, schema.version, &text)?);
    // Attributes that version 2 did not have yet.
    for (name, value) in defaults {
        if fields.get(name).is_null() {
            fields.set(name, value);
        }
    }
    Ok(fields.into_value())
}

fn unwrap(stored: &mut Map<String, Json>, name: &str) {
    if let Some(Json::Array(blocks)) = stored.get_mut(name) {
        let only = blocks.drain(..).next().unwrap_or(Json::Null);
        stored.insert(name.to_owned(), only);
    }
}
