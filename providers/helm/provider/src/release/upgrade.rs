//! States of older versions of Terraform's provider.
//!
//! Versions up to 2.4 store schema version 0, version 2 stores 1. What is not
//! set in a block is an empty text there, and a block that is there at most once
//! is a list. Version 3 stores 2; where it took a state of version 2 over, it
//! puts a post-renderer without a program in the place of none.

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
    let Ok(Json::Object(mut stored)) = serde_json::from_str(json) else {
        return read_stored(&schema, version, json);
    };
    if version >= schema.version {
        drop_empty(&mut stored);
        let text = Json::Object(stored).to_string();
        return read_stored(&schema, version, &text);
    }
    for name in OBJECTS {
        unwrap(&mut stored, name);
    }
    untype(&mut stored);
    drop_empty(&mut stored);
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

/// The type of a sensitive value has no default.
fn untype(stored: &mut Map<String, Json>) {
    let values = stored.get_mut("set_sensitive");
    let values = values.and_then(Json::as_array_mut).into_iter().flatten();
    for value in values {
        if value["type"] == "" {
            value["type"] = Json::Null;
        }
    }
}

/// No program is no post-renderer.
fn drop_empty(stored: &mut Map<String, Json>) {
    let program = stored
        .get("postrender")
        .and_then(|postrender| postrender.get("binary_path"));
    if program.is_some_and(|program| program == "") {
        stored.insert("postrender".to_owned(), Json::Null);
    }
}

fn unwrap(stored: &mut Map<String, Json>, name: &str) {
    if let Some(Json::Array(blocks)) = stored.get_mut(name) {
        let only = blocks.drain(..).next().unwrap_or(Json::Null);
        stored.insert(name.to_owned(), only);
    }
}
