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

/// Of newer versions of Terraform's provider than the one that was asked;
/// states of older ones are without.
const NEWER: &[&str] = &[
    "blocked_encryption_types",
    "bucket_region",
    "control_plane_scaling_config",
    "deletion_protection",
    "disable_session_tags",
    "external_id",
    "health_check_logs",
    "jwt_validation",
    "regex_values",
    "region",
    "secondary_ips_auto_assigned_per_subnet",
    "skip_destroy",
    "target_control_port",
    "target_role_arn",
    "transform",
];

/// May be left out, or given, in newer versions.
const LOOSER: &[&str] = &[
    "aws_s3_bucket.region",
    "condition.host_header.values",
    "condition.http_header.values",
    "condition.path_pattern.values",
];

/// In what a block differs from the expected one.
fn differences(place: &str, got: &Value, expected: &Value, found: &mut Vec<String>) {
    for part in ["attributes", "blocks"] {
        let (got, expected) = (got[part].as_object(), expected[part].as_object());
        let (got, expected) = (got.expect("an object"), expected.expect("an object"));
        for (name, ours) in got {
            let place = format!("{place}.{name}");
            match expected.get(name) {
                None if NEWER.contains(&name.as_str()) => {}
                Some(_) if LOOSER.iter().any(|looser| place.ends_with(looser)) => {}
                None => found.push(format!("{place} is not Terraform's")),
                Some(theirs) if part == "blocks" => {
                    for limit in ["nesting", "min_items", "max_items"] {
                        if ours.get(limit) != theirs.get(limit) {
                            found.push(format!(
                                "{place}: {limit} {:?}, not {:?}",
                                ours.get(limit),
                                theirs.get(limit)
                            ));
                        }
                    }
                    differences(&place, &ours["block"], &theirs["block"], found);
                }
                Some(theirs) if !alike(ours, theirs) => {
                    found.push(format!("{place}: {ours}, not {theirs}"))
                }
                Some(_) => {}
            }
        }
        let missing = expected.keys().filter(|name| !got.contains_key(*name));
        found.extend(missing.map(|name| format!("{place}.{name} is missing")));
    }
}

/// Whether attributes are the same, but for what is newer in their objects.
fn alike(ours: &Value, theirs: &Value) -> bool {
    fn without_newer(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let kept = map
                    .iter()
                    .filter(|(name, _)| !NEWER.contains(&name.as_str()));
                Value::Object(
                    kept.map(|(name, value)| (name.clone(), without_newer(value)))
                        .collect(),
                )
            }
            Value::Array(list) => Value::Array(list.iter().map(without_newer).collect()),
            other => other.clone(),
        }
    }
    without_newer(ours) == without_newer(theirs)
}

#[test]
fn schemas_are_those_of_terraform() {
    let provider = &*world::PROVIDER;
    let ours = provider.schema().to_json();
    let real = real();
    let mut found = Vec::new();
    for group in ["resource_schemas", "data_source_schemas"] {
        let types = ours[group].as_object().expect("types");
        for (kind, schema) in types {
            // Other names of the same.
            let known = kind.replace("aws_alb", "aws_lb");
            match real[group].get(&known) {
                None => found.push(format!("{kind} is not in data/schemas.json")),
                Some(expected) => differences(kind, &bare(&schema["block"]), expected, &mut found),
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_block_is_that_of_terraform() {
    let provider = &*world::PROVIDER;
    let ours = bare(&provider.schema().to_json()["provider"]["block"]);
    assert_eq!(ours, real()["provider"]);
}
