//! What a release looks like, and how its attributes are planned.

use trueup_sdk::{
    Problem,
    native::{Field, Shape},
};
use trueup_value::{Path, Value};

use crate::schema;

/// Attributes that are false unless they are given.
const OFF: [&str; 19] = [
    "atomic",
    "cleanup_on_fail",
    "create_namespace",
    "dependency_update",
    "disable_crd_hooks",
    "disable_openapi_validation",
    "disable_webhooks",
    "force_update",
    "lint",
    "pass_credentials",
    "recreate_pods",
    "replace",
    "reset_values",
    "reuse_values",
    "skip_crds",
    "take_ownership",
    "upgrade_install",
    "verify",
    "wait_for_jobs",
];

/// How `set` and `set_sensitive` may be read.
const READINGS: &[&str] = &["auto", "string", "literal"];

/// The shape: Terraform's schema with the rules of its attributes.
pub(super) fn shape(namespace: &str) -> Shape {
    let namespace = Value::string(namespace);
    let mut shape = Shape::of(&schema::release());
    for name in OFF {
        shape = shape.field(name, |field| field.default(Value::bool(false)));
    }
    for name in ["wait", "render_subchart_notes"] {
        shape = shape.field(name, |field| field.default(Value::bool(true)));
    }
    shape
        .field("timeout", |field| whole(field).default(Value::number(300)))
        .field("max_history", |field| {
            whole(field).default(Value::number(0))
        })
        .field("name", |field| field.checked(name).replaces())
        .field("namespace", |field| field.default(namespace).replaces())
        .field("set.type", |field| {
            field.default(Value::string("")).one_of(READINGS)
        })
        .field("set_sensitive.type", |field| field.one_of(READINGS))
        .field("set_wo.type", |field| field.one_of(READINGS))
        .field("set_wo_revision", |field| field.at_least(1))
}

/// What attributes are that nothing is said of.
pub(super) fn defaults(namespace: &str) -> Vec<(&'static str, Value)> {
    let off = OFF.iter().map(|name| (*name, Value::bool(false)));
    let others = [
        ("wait", Value::bool(true)),
        ("render_subchart_notes", Value::bool(true)),
        ("timeout", Value::number(300)),
        ("max_history", Value::number(0)),
        ("namespace", Value::string(namespace)),
    ];
    off.chain(others).collect()
}

fn whole(field: Field) -> Field {
    field.at_least(0)
}

/// A release's name is part of the names of objects, so it must be like one.
fn name(value: &Value, attribute: &str) -> Option<Problem> {
    let name = value.as_str()?;
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() <= 53 && name.split('.').all(is_label) {
        return None;
    }
    let detail = format!(
        "Attribute {attribute} is {name:?}; a release's name has at most 53 lower case letters, digits, hyphens and dots, and begins and ends with a letter or digit."
    );
    Some(Problem::error("Invalid release name", detail, Path::new()))
}
