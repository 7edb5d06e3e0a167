//! Objects stored under an older schema.

use trueup_value::{
    Path, Value,
    json::{JsonError, from_json},
};

use crate::{Problem, ResourceSchema};

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
    from_json(json, &schema.block.implied_type()).map_err(|error| {
        let JsonError { path, message } = error;
        let detail = format!("The stored object does not conform to the schema: {path}: {message}");
        vec![Problem::error("Invalid stored object", detail, path)]
    })
}
