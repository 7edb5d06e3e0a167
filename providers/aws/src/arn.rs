//! Amazon resource names.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use trueup_sdk::{Problem, native::problem};
use trueup_value::Value;

/// What is wrong with a text that is to be an ARN.
pub(crate) fn check(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let wrong = wrong(text)?;
    let summary = format!("\"{called}\" ({text}) is an invalid ARN: {wrong}");
    Some(problem(
        &summary,
        "An ARN looks like arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.",
    ))
}

fn wrong(text: &str) -> Option<&'static str> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        ["arn", partition, service, _, account, resource] => {
            if !partition.starts_with("aws") {
                Some("invalid partition value")
            } else if service.is_empty() {
                Some("invalid service value")
            } else if !(account.is_empty()
                || digits(account)
                || matches!(*account, "aws" | "aws-managed"))
            {
                Some(
                    "invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)",
                )
            } else if resource.is_empty() {
                Some("missing resource value")
            } else {
                None
            }
        }
        ["arn", ..] => Some("arn: not enough sections"),
        _ => Some("arn: invalid prefix"),
    }
}

/// What follows the sixth part, such as `targetgroup/NAME/ID`.
pub(crate) fn resource(text: &str) -> &str {
    text.splitn(6, ':').nth(5).unwrap_or_default()
}
