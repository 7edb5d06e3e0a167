//! Schemas, held against those of Terraform's provider.
//!
//! `data/schemas.json` has what `terraform providers schema -json` prints for
//! version 5.100.0 of it, without descriptions and without `false`.

use serde_json::{Map, Value, json};
use trueup_sdk::Provider;

use crate::world;

const REAL: &str = include_str!("data/schemas.json");

/// What Terraform's provider has, of every version.
fn real() -> Value {
    serde_json::from_str(REAL).expect("schemas")
}

/// A block with nothing in it but what counts.
fn bare(block: &Value) -> Value {
    let attributes = block
        .get("attributes")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let attributes: Map<String, Value> = attributes
        .into_iter()
        .map(|(name, attribute)| {
            let kept = [
                "type",
                "required",
                "optional",
                "computed",
                "sensitive",
                "deprecated",
            ];
            let kept = kept.iter().filter_map(|key| {
                let value = attribute.get(*key)?;
                (value != &Value::Bool(false)).then(|| ((*key).to_owned(), value.clone()))
            });
            (name, Value::Object(kept.collect()))
        })
        .collect();
    let blocks = block
        .get("block_types")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let blocks: Map<String, Value> = blocks
        .into_iter()
        .map(|(name, nested)| {
            let limits = ["min_items", "max_items"].iter().filter_map(|key| {
                let value = nested.get(*key)?;
                (value != &json!(0)).then(|| ((*key).to_owned(), value.clone()))
            });
            let mut kept: Map<String, Value> = limits.collect();
            kept.insert("nesting".to_owned(), nested["nesting_mode"].clone());
            kept.insert("block".to_owned(), bare(&nested["block"]));
            (name, Value::Object(kept))
        })
        .collect();
    json!({ "attributes": attributes, "blocks": blocks })
}

#[test]
fn schemas_are_those_of_terraform() {
    let provider = &*world::PROVIDER;
    let ours = provider.schema().to_json();
    let real = real();
    for group in ["resource_schemas", "data_source_schemas"] {
        let types = ours[group].as_object().expect("types");
        for (kind, schema) in types {
            let Some(expected) = real[group].get(kind) else {
                panic!("{kind} is not in data/schemas.json");
            };
            let mut got = bare(&schema["block"]);
            // Of newer versions of Terraform's provider; states of older ones
            // are without.
            for newer in ["region", "bucket_region"] {
                if expected["attributes"].get(newer).is_none()
                    && let Some(attributes) = got["attributes"].as_object_mut()
                {
                    attributes.remove(newer);
                }
            }
            assert_eq!(got["blocks"], expected["blocks"], "blocks of {kind}");
            let names = got["attributes"].as_object().expect("attributes");
            for (name, attribute) in names {
                assert_eq!(attribute, &expected["attributes"][name], "{kind}.{name}");
            }
            for name in expected["attributes"]
                .as_object()
                .expect("attributes")
                .keys()
            {
                assert!(names.contains_key(name), "{kind}.{name} is missing");
            }
        }
    }
}

#[test]
fn the_block_is_that_of_terraform() {
    let provider = &*world::PROVIDER;
    let ours = bare(&provider.schema().to_json()["provider"]["block"]);
    assert_eq!(ours, real()["provider"]);
}
