//! What `aws_s3_bucket_lifecycle_configuration` looks like.

use trueup_sdk::{
    Problem,
    native::{Field, Nested, Shape, problem},
};
use trueup_value::{Type, Value};

use super::{MINIMUM, RULE, filter, same};
use crate::{fields, s3::setting};

const CLASSES: &[&str] = &[
    "GLACIER",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];

pub(super) fn number(name: &str, about: &str) -> Field {
    Field::optional(name, Type::Number).about(about)
}

pub(super) fn shape() -> Shape {
    let minimum = Field::optional(MINIMUM, Type::String)
        .about("From which size on objects move where a rule does not say: all_storage_classes_128K or varies_by_storage_class.")
        .or_computed()
        .one_of(&["varies_by_storage_class", "all_storage_classes_128K"]);
    Shape::new(
        "When the objects of a bucket move to another storage class or go away. A bucket has one such configuration.",
        [
            Field::computed("id", Type::String).about("The bucket's name.").deprecated(),
            fields::region(),
            setting::bucket(),
            setting::owner().or_computed(),
            minimum,
        ],
    )
    .version(1)
    .legacy()
    .block(rule())
    .block(Nested::timeouts(&["create", "update"]))
}

fn rule() -> Nested {
    Nested::list(
        RULE,
        [
            Field::required("id", Type::String)
                .about("Its name, unique in the bucket.")
                .length(1, 255),
            Field::optional("prefix", Type::String)
                .about("What the keys of its objects begin with; better said in \"filter\".")
                .or_computed()
                .deprecated(),
            Field::required("status", Type::String)
                .about("Enabled or Disabled.")
                .one_of(&["Disabled", "Enabled"]),
        ],
    )
    .about("A rule.")
    .same_if(same)
    .block(
        Nested::list(
            "abort_incomplete_multipart_upload",
            [number("days_after_initiation", "After so many days.")],
        )
        .about("Uploads that are never finished go away."),
    )
    .block(expiration())
    .block(filter::block())
    .block(noncurrent_expiration())
    .block(noncurrent_transition())
    .block(transition())
}

fn expiration() -> Nested {
    Nested::list(
        "expiration",
        [
            date(),
            number("days", "Days after they were made.").or_computed(),
            Field::optional("expired_object_delete_marker", Type::Bool)
                .about("Whether delete markers go away that no version stands behind.")
                .or_computed(),
        ],
    )
    .about("Objects go away.")
}

fn noncurrent_expiration() -> Nested {
    Nested::list(
        "noncurrent_version_expiration",
        [
            number(
                "newer_noncurrent_versions",
                "So many are kept however old they are.",
            )
            .or_computed()
            .at_least(1),
            Field::required("noncurrent_days", Type::Number)
                .about("Days after they were superseded.")
                .at_least(1),
        ],
    )
    .about("Old versions go away.")
}

fn noncurrent_transition() -> Nested {
    Nested::set(
        "noncurrent_version_transition",
        [
            number(
                "newer_noncurrent_versions",
                "So many stay where they are however old they are.",
            )
            .or_computed()
            .at_least(1),
            Field::required("noncurrent_days", Type::Number)
                .about("Days after they were superseded.")
                .at_least(0),
            class(),
        ],
    )
    .about("Old versions move to another storage class.")
}

fn transition() -> Nested {
    Nested::set(
        "transition",
        [
            date(),
            number("days", "Days after they were made.")
                .or_computed()
                .at_least(0),
            class(),
        ],
    )
    .about("Objects move to another storage class.")
}

fn class() -> Field {
    let field = Field::required("storage_class", Type::String).about("The storage class.");
    field.one_of(CLASSES)
}

fn date() -> Field {
    Field::optional("date", Type::String)
        .about("The day, as midnight UTC in RFC 3339.")
        .checked(check_date)
}

fn check_date(value: &Value, _: &str) -> Option<Problem> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let midnight = text.ends_with("T00:00:00Z");
    match text.parse::<jiff::Timestamp>() {
        Ok(_) if midnight => None,
        Ok(_) => Some(problem(
            "Invalid date",
            format!(
                "The service takes midnight UTC only, such as 2030-01-31T00:00:00Z, not {text}."
            ),
        )),
        Err(error) => Some(problem(
            "Invalid RFC3339 String Value",
            format!(
                "A string value was provided that is not valid RFC3339 string format.\n\nGiven Value: {text}\nError: {error}"
            ),
        )),
    }
}
