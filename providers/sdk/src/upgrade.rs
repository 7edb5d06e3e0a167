//! Objects stored under an older schema.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use trueup_value::{
    ObjectType, Path, Str, Type, Value,
    json::{JsonError, from_json, quote_json},
};

use crate::{NestingMode, Problem, ResourceSchema};

/// Reads attributes that were stored under the current version of `schema`.
/// Attributes the schema does not have are dropped, missing ones are null.
///
/// # Errors
/// One problem saying what does not conform, in Terraform's words.
pub fn read_stored(
    schema: &ResourceSchema,
    version: u64,
    json: &str,
) -> Result<Value, Vec<Problem>> {
    if version > schema.version {
        let detail = format!(
            "The object was stored under version {version} of its schema; this provider knows versions up to {}. It was stored by a newer version of the provider.",
            schema.version
        );
        let summary = "Resource instance managed by newer provider version";
        return Err(vec![Problem::error(summary, detail, Path::new())]);
    }
    let ty = schema.block.implied_type();
    let read = match from_json(json, &ty) {
        Ok(value) => Ok(with_all_blocks(schema, value)),
        Err(error) => match conform(json, &ty) {
            Some(conformed) => {
                from_json(conformed, &ty).map(|value| schema.block.coerce(&value).unwrap_or(value))
            }
            None => Err(error),
        },
    };
    read.map_err(|error| {
        let JsonError { path, message } = error;
        let detail = format!("The stored object does not conform to the schema: {path}: {message}");
        vec![Problem::error("Invalid stored object", detail, path)]
    })
}

/// The same value; blocks that the schema did not have then are empty, not null.
fn with_all_blocks(schema: &ResourceSchema, value: Value) -> Value {
    let missing = |name: &Str| value.get(name).is_some_and(Value::is_null);
    let gathered = schema.block.blocks.iter();
    let mut gathered = gathered.filter(|(_, nested)| nested.nesting != NestingMode::Single);
    match gathered.any(|(name, _)| missing(name)) {
        true => schema.block.coerce(&value).unwrap_or(value),
        false => value,
    }
}

/// The same JSON with exactly the attributes objects of `ty` have: others are
/// left out, missing ones null. `None` where the JSON is of another form.
fn conform(json: &str, ty: &Type) -> Option<String> {
    match ty {
        _ if json.trim() == "null" => Some(json.to_owned()),
        Type::Object(object) => conform_object(json, object),
        Type::List(element) | Type::Set(element) => {
            let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let elements = elements.iter().map(|raw| conform(raw.get(), element));
            Some(format!(
                "[{}]",
                elements.collect::<Option<Vec<_>>>()?.join(",")
            ))
        }
        Type::Map(element) => {
            let entries: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            let entries = entries.iter().map(|(key, raw)| {
                let value = conform(raw.get(), element)?;
                Some(format!("{}:{value}", quote_json(key)))
            });
            Some(format!(
                "{{{}}}",
                entries.collect::<Option<Vec<_>>>()?.join(",")
            ))
        }
        _ => Some(json.to_owned()),
    }
}

fn conform_object(json: &str, object: &ObjectType) -> Option<String> {
    let stored: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    let attributes = object.attributes().iter().map(|(name, ty)| {
        let value = match stored.get(name.as_str()) {
            Some(raw) => conform(raw.get(), ty)?,
            None => "null".to_owned(),
        };
        Some(format!("{}:{value}", quote_json(name)))
    });
    let attributes = attributes.collect::<Option<Vec<_>>>()?;
    Some(format!("{{{}}}", attributes.join(",")))
}
