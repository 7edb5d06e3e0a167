//! What `aws_s3_bucket` looks like: also the settings that once were part of
//! it, and are resource types of their own.

use trueup_sdk::{
    Problem,
    native::{Field, Fields, Nested, Shape, attribute_problem},
};
use trueup_value::{Type, Value};

use crate::{fields, s3::names, tags};

/// Arguments that are resource types of their own, and which.
const MOVED: &[(&str, &str)] = &[
    (
        "acceleration_status",
        "aws_s3_bucket_accelerate_configuration",
    ),
    ("acl", "aws_s3_bucket_acl"),
    ("cors_rule", "aws_s3_bucket_cors_configuration"),
    ("grant", "aws_s3_bucket_acl"),
    ("lifecycle_rule", "aws_s3_bucket_lifecycle_configuration"),
    ("logging", "aws_s3_bucket_logging"),
    (
        "object_lock_configuration",
        "aws_s3_bucket_object_lock_configuration",
    ),
    ("policy", "aws_s3_bucket_policy"),
    (
        "replication_configuration",
        "aws_s3_bucket_replication_configuration",
    ),
    (
        "request_payer",
        "aws_s3_bucket_request_payment_configuration",
    ),
    (
        "server_side_encryption_configuration",
        "aws_s3_bucket_server_side_encryption_configuration",
    ),
    ("versioning", "aws_s3_bucket_versioning"),
    ("website", "aws_s3_bucket_website_configuration"),
];

/// Says of arguments that moved where they went.
pub(super) fn check_moved(config: &Fields) -> Vec<Problem> {
    let given = MOVED.iter().filter(|(name, _)| {
        let value = config.get(name);
        !value.is_null() && value.length() != Some(0)
    });
    let problems = given.map(|(name, home)| {
        let detail = format!(
            "\"{name}\" of aws_s3_bucket is deprecated, and not supported here. Use the resource type {home}."
        );
        attribute_problem(name, "Unsupported argument", detail)
    });
    problems.collect()
}

fn text(name: &str) -> Field {
    Field::optional(name, Type::String)
}

fn moved(name: &str) -> Field {
    let (_, home) = MOVED
        .iter()
        .find(|(moved, _)| *moved == name)
        .unwrap_or(&MOVED[0]);
    text(name)
        .about(&format!("Moved to the resource type `{home}`."))
        .or_computed()
        .deprecated()
}

pub(super) fn shape() -> Shape {
    let computed = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
    let own = [
        fields::id(),
        fields::region(),
        text("bucket")
            .about("The name, unique across all accounts. One that begins with `terraform-` is generated where none is given.")
            .or_computed()
            .replaces()
            .conflicts_with(&["bucket_prefix"])
            .checked(names::check_new),
        text("bucket_prefix")
            .about("What a generated name begins with: at most 37 characters.")
            .or_computed()
            .replaces()
            .conflicts_with(&["bucket"])
            .checked(names::check_prefix),
        Field::optional("force_destroy", Type::Bool)
            .about("Whether the objects in it go with it when it is destroyed. They cannot be had back.")
            .filled(Value::bool(false)),
        Field::optional("object_lock_enabled", Type::Bool)
            .about("Whether objects can be locked.")
            .or_computed()
            .replaces(),
        computed("arn", "The ARN."),
        computed("bucket_domain_name", "The host name."),
        computed("bucket_region", "The region it is in."),
        computed("bucket_regional_domain_name", "The host name with the region in it."),
        computed("hosted_zone_id", "The zone of Route 53 for websites in its region."),
        computed("website_domain", "The domain of its website.").deprecated(),
        computed("website_endpoint", "The host name of its website.").deprecated(),
    ];
    let others = ["acceleration_status", "acl", "policy", "request_payer"].map(moved);
    let shape = Shape::new(
        "A bucket. Its settings are resource types of their own.",
        own.into_iter().chain(others).chain(tags::fields()),
    );
    let shape = shape
        .legacy()
        .block(Nested::timeouts(&["create", "delete", "read", "update"]));
    old_blocks().into_iter().fold(shape, |shape, block| {
        shape.block(
            block
                .or_computed()
                .deprecated()
                .about("Moved to a resource type of its own."),
        )
    })
}

fn number(name: &str) -> Field {
    Field::optional(name, Type::Number)
}

fn flag(name: &str) -> Field {
    Field::optional(name, Type::Bool)
}

fn required(name: &str) -> Field {
    Field::required(name, Type::String)
}

fn one(name: &str, fields: impl IntoIterator<Item = Field>) -> Nested {
    Nested::list(name, fields).at_most(1)
}

fn exactly_one(name: &str, fields: impl IntoIterator<Item = Field>) -> Nested {
    one(name, fields).at_least(1)
}

fn old_blocks() -> Vec<Nested> {
    let texts = || Type::list(Type::String);
    vec![
        Nested::list(
            "cors_rule",
            [
                Field::optional("allowed_headers", texts()),
                Field::required("allowed_methods", texts()),
                Field::required("allowed_origins", texts()),
                Field::optional("expose_headers", texts()),
                number("max_age_seconds"),
            ],
        ),
        Nested::set(
            "grant",
            [
                text("id"),
                Field::required("permissions", Type::set(Type::String)),
                required("type"),
                text("uri"),
            ],
        ),
        lifecycle_rule(),
        one(
            "logging",
            [required("target_bucket"), text("target_prefix")],
        ),
        one(
            "object_lock_configuration",
            [text("object_lock_enabled").deprecated()],
        )
        .block(one("rule", []).block(exactly_one(
            "default_retention",
            [number("days"), required("mode"), number("years")],
        ))),
        replication(),
        one("server_side_encryption_configuration", []).block(
            exactly_one("rule", [flag("bucket_key_enabled")]).block(exactly_one(
                "apply_server_side_encryption_by_default",
                [text("kms_master_key_id"), required("sse_algorithm")],
            )),
        ),
        one("versioning", [flag("enabled"), flag("mfa_delete")]),
        one(
            "website",
            [
                text("error_document"),
                text("index_document"),
                text("redirect_all_requests_to"),
                text("routing_rules"),
            ],
        ),
    ]
}

fn lifecycle_rule() -> Nested {
    let tags = Field::optional("tags", Type::map(Type::String));
    Nested::list(
        "lifecycle_rule",
        [
            number("abort_incomplete_multipart_upload_days"),
            Field::required("enabled", Type::Bool),
            text("id").or_computed(),
            text("prefix"),
            tags,
        ],
    )
    .block(one(
        "expiration",
        [
            text("date"),
            number("days"),
            flag("expired_object_delete_marker"),
        ],
    ))
    .block(one("noncurrent_version_expiration", [number("days")]))
    .block(Nested::set(
        "noncurrent_version_transition",
        [number("days"), required("storage_class")],
    ))
    .block(Nested::set(
        "transition",
        [text("date"), number("days"), required("storage_class")],
    ))
}

fn replication() -> Nested {
    let destination = exactly_one(
        "destination",
        [
            text("account_id"),
            required("bucket"),
            text("replica_kms_key_id"),
            text("storage_class"),
        ],
    )
    .block(one("access_control_translation", [required("owner")]))
    .block(one("metrics", [number("minutes"), text("status")]))
    .block(one("replication_time", [number("minutes"), text("status")]));
    let tags = Field::optional("tags", Type::map(Type::String));
    let rules = Nested::set(
        "rules",
        [
            text("delete_marker_replication_status"),
            text("id"),
            text("prefix"),
            number("priority"),
            required("status"),
        ],
    )
    .at_least(1)
    .block(destination)
    .block(one("filter", [text("prefix"), tags]))
    .block(one("source_selection_criteria", []).block(one(
        "sse_kms_encrypted_objects",
        [Field::required("enabled", Type::Bool)],
    )));
    one("replication_configuration", [required("role")]).block(rules)
}
