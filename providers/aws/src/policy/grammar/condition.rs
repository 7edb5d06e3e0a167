//! Conditions.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use serde_json::Value;

use super::{Findings, member};
use crate::spelling::nearest;

const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

pub(super) fn check(place: &str, value: &Value, findings: &mut Findings) {
    let Value::Object(operators) = value else {
        return findings.hinted(
            place,
            "Conditions are an object.",
            "Write { \"StringEquals\": { \"aws:PrincipalTag/team\": \"platform\" } }.",
        );
    };
    for (operator, keys) in operators {
        let place = member(place, operator);
        check_operator(&place, operator, findings);
        let Value::Object(keys) = keys else {
            findings.error(&place, "A condition is an object of keys and their values.");
            continue;
        };
        for (key, values) in keys {
            check_key(&member(&place, key), key, values, findings);
        }
    }
}

fn check_operator(place: &str, operator: &str, findings: &mut Findings) {
    let (sets, name) = operator
        .split_once(':')
        .map_or(("", operator), |(set, name)| (set, name));
    let (name, if_exists) = match name.strip_suffix("IfExists") {
        Some(name) => (name, "IfExists"),
        None => (name, ""),
    };
    let known = |known: &&str| known.eq_ignore_ascii_case(name);
    if !["", "ForAllValues", "ForAnyValue"].contains(&sets) {
        let message = format!("\"{sets}\" is no set operator.");
        return findings.hinted(
            place,
            message,
            "There are \"ForAllValues\" and \"ForAnyValue\".",
        );
    }
    if OPERATORS.iter().any(known) {
        return;
    }
    let near = nearest(name, OPERATORS);
    let set = if sets.is_empty() {
        String::new()
    } else {
        format!("{sets}:")
    };
    let hint = near.map(|near| format!("Did you mean \"{set}{near}{if_exists}\"?"));
    let message = format!("There is no condition operator \"{operator}\".");
    findings.hinted(place, message, hint.unwrap_or_default());
}

fn check_key(place: &str, key: &str, values: &Value, findings: &mut Findings) {
    if !key.contains(':') {
        findings.hinted(
            place,
            format!("The condition key \"{key}\" does not name its service."),
            "Keys are written as in \"aws:SourceIp\" or \"s3:prefix\".",
        );
    }
    let scalar = |value: &Value| !value.is_array() && !value.is_object() && !value.is_null();
    let right = match values {
        Value::Array(all) => all.iter().all(scalar),
        one => scalar(one),
    };
    if !right {
        findings.error(
            place,
            "The values of a condition are texts, numbers, true or false.",
        );
    }
}
