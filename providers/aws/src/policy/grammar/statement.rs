//! Statements.

use serde_json::{Map, Value};

use super::{Findings, PolicyKind, condition, member, principal};
use crate::{arn::Arn, policy::actions};

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn check(
    place: &str,
    statement: &Map<String, Value>,
    kind: PolicyKind,
    findings: &mut Findings,
) {
    findings.unknown(place, statement, &ELEMENTS);
    check_sid(place, statement, kind, findings);
    check_effect(place, statement, findings);
    check_actions(place, statement, findings);
    check_resources(place, statement, kind, findings);
    principal::check(place, statement, kind, findings);
    if let Some(conditions) = statement.get("Condition") {
        condition::check(&member(place, "Condition"), conditions, findings);
    }
}

fn check_sid(
    place: &str,
    statement: &Map<String, Value>,
    kind: PolicyKind,
    findings: &mut Findings,
) {
    match statement.get("Sid") {
        None => {}
        Some(Value::String(sid)) => {
            let free = kind == PolicyKind::Resource || kind == PolicyKind::Trust;
            if !free && !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
                let message = format!("The Sid \"{sid}\" may have letters and digits only.");
                findings.error(&member(place, "Sid"), message);
            }
        }
        Some(_) => findings.error(&member(place, "Sid"), "A Sid is a text."),
    }
}

fn check_effect(place: &str, statement: &Map<String, Value>, findings: &mut Findings) {
    match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow" | "Deny") => {}
        _ => findings.error(
            &member(place, "Effect"),
            "The effect is \"Allow\" or \"Deny\".",
        ),
    }
}

/// The one of two elements that excludes the other; blames both or neither.
fn one_of<'a>(
    place: &str,
    statement: &'a Map<String, Value>,
    names: [&'static str; 2],
    findings: &mut Findings,
) -> Option<(&'static str, &'a Value)> {
    let given = names
        .iter()
        .filter_map(|name| Some((*name, statement.get(*name)?)));
    let given: Vec<_> = given.collect();
    match given.as_slice() {
        [one] => Some(*one),
        [] => {
            let message = format!("A statement has \"{}\" or \"{}\".", names[0], names[1]);
            findings.error(place, message);
            None
        }
        _ => {
            let message = format!("\"{}\" and \"{}\" exclude each other.", names[0], names[1]);
            findings.error(place, message);
            None
        }
    }
}

/// The texts of an element, each with its place; blames what is none.
pub(super) fn texts<'a>(
    place: &str,
    value: &'a Value,
    findings: &mut Findings,
) -> Vec<(String, &'a str)> {
    let all: Vec<(String, &Value)> = match value {
        Value::Array(all) => {
            let all = all.iter().enumerate();
            all.map(|(index, one)| (format!("{place}[{index}]"), one))
                .collect()
        }
        one => vec![(place.to_owned(), one)],
    };
    let mut texts = Vec::new();
    for (place, value) in all {
        match value {
            Value::String(text) => texts.push((place, text.as_str())),
            _ => findings.error(&place, "This is to be a text."),
        }
    }
    texts
}

fn check_actions(place: &str, statement: &Map<String, Value>, findings: &mut Findings) {
    let Some((name, value)) = one_of(place, statement, ["Action", "NotAction"], findings) else {
        return;
    };
    let place = member(place, name);
    if value.as_array().is_some_and(Vec::is_empty) {
        findings.error(&place, "There is to be at least one action.");
    }
    for (place, action) in texts(&place, value, findings) {
        check_action(&place, action, findings);
    }
}

fn check_action(place: &str, action: &str, findings: &mut Findings) {
    if action == "*" {
        return;
    }
    let Some((service, name)) = action.split_once(':') else {
        return findings.hinted(
            place,
            format!("The action \"{action}\" does not name its service."),
            "Actions are written as in \"s3:GetObject\".",
        );
    };
    let right = |c: char| c.is_ascii_alphanumeric() || "*?-_".contains(c);
    if service.is_empty() || name.is_empty() || !service.chars().chain(name.chars()).all(right) {
        return findings.hinted(
            place,
            format!("\"{action}\" is no action."),
            "Actions are written as in \"s3:GetObject\"; wildcards are * and ?.",
        );
    }
    if let Some(meant) = actions::meant(action) {
        let message = format!("No action \"{action}\" is known.");
        findings.warning(place, message, format!("Did you mean \"{meant}\"?"));
    }
}

fn check_resources(
    place: &str,
    statement: &Map<String, Value>,
    kind: PolicyKind,
    findings: &mut Findings,
) {
    let names = ["Resource", "NotResource"];
    if kind == PolicyKind::Trust {
        for name in names.iter().filter(|name| statement.contains_key(**name)) {
            findings.hinted(
                &member(place, name),
                format!("The trust policy of a role has no \"{name}\"."),
                "It is about the role itself.",
            );
        }
        return;
    }
    let Some((name, value)) = one_of(place, statement, names, findings) else {
        return;
    };
    for (place, resource) in texts(&member(place, name), value, findings) {
        check_resource(&place, resource, findings);
    }
}

fn check_resource(place: &str, resource: &str, findings: &mut Findings) {
    // What begins with a wildcard or a variable may be anything.
    if resource.starts_with(['*', '?', '$']) {
        return;
    }
    let Some(arn) = Arn::parse(resource) else {
        return findings.hinted(
            place,
            format!("The resource \"{resource}\" is neither an ARN nor \"*\"."),
            "ARNs are written as in \"arn:aws:s3:::bucket/*\": six parts with colons between them.",
        );
    };
    let partition = arn.partition.starts_with("aws") || arn.partition.contains(['*', '?', '$']);
    if !partition {
        let message = format!("\"{}\" is no partition in \"{resource}\".", arn.partition);
        findings.hinted(place, message, "It is \"aws\" nearly everywhere.");
    } else if arn.service.is_empty() || arn.resource.is_empty() {
        findings.error(place, format!("The ARN \"{resource}\" has an empty part."));
    } else if arn.service == "s3"
        && !(arn.account.is_empty()
            || arn.account == "*"
            || arn.resource.contains(':')
            || arn.resource.starts_with("accesspoint")
            || arn.resource.starts_with("job")
            || arn.resource.starts_with("storage-lens")
            || arn.resource.starts_with("access-grants"))
    {
        findings.warning(
            place,
            format!("ARNs of buckets have no region and no account: \"{resource}\"."),
            "Write \"arn:aws:s3:::bucket\".",
        );
    }
}
