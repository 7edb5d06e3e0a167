//! Principals.

use serde_json::{Map, Value};

use super::{Findings, PolicyKind, member, statement::texts};
use crate::{arn::Arn, policy::equivalence::is_account};

const NAMES: [&str; 2] = ["Principal", "NotPrincipal"];
const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

pub(super) fn check(
    place: &str,
    statement: &Map<String, Value>,
    kind: PolicyKind,
    findings: &mut Findings,
) {
    let given = NAMES
        .iter()
        .filter_map(|name| Some((*name, statement.get(*name)?)));
    let given: Vec<(&str, &Value)> = given.collect();
    match (kind, given.as_slice()) {
        (PolicyKind::Managed | PolicyKind::Inline, given) => {
            for (name, _) in given {
                findings.hinted(
                    &member(place, name),
                    format!("A policy of an identity has no \"{name}\"."),
                    "It is about the one it is attached to. Who may assume a role is said by \"assume_role_policy\".",
                );
            }
        }
        (_, []) => findings.error(
            place,
            "A statement here says whom it is about: \"Principal\".",
        ),
        (_, [(name, value)]) => check_value(&member(place, name), value, findings),
        (_, _) => findings.error(
            place,
            "\"Principal\" and \"NotPrincipal\" exclude each other.",
        ),
    }
}

fn check_value(place: &str, value: &Value, findings: &mut Findings) {
    let typed = match value {
        Value::String(text) if text == "*" => return,
        Value::Object(typed) => typed,
        _ => {
            return findings.hinted(
                place,
                "A principal is \"*\" or an object with its type.",
                "Write { \"AWS\": … }, { \"Service\": … } or { \"Federated\": … }.",
            );
        }
    };
    findings.unknown(place, typed, &TYPES);
    for (kind, value) in typed {
        let place = member(place, kind);
        for (place, text) in texts(&place, value, findings) {
            check_one(&place, kind, text, findings);
        }
    }
}

fn check_one(place: &str, kind: &str, text: &str, findings: &mut Findings) {
    let right = match kind {
        "AWS" => text == "*" || is_account(text) || is_identity(text),
        "Service" => text.contains('.') && !text.contains(['*', ':', '/', ' ']) || text == "*",
        "Federated" => text.contains('.') || Arn::parse(text).is_some() || text == "*",
        _ => true,
    };
    if right {
        return;
    }
    let hint = match kind {
        "AWS" => "It is an account's ID, or the ARN of an account, a role or a user.",
        "Service" => "Services are written as in \"ec2.amazonaws.com\".",
        _ => "It is the ARN of an identity provider, or a host such as \"accounts.google.com\".",
    };
    findings.hinted(
        place,
        format!("\"{text}\" is no principal of type {kind}."),
        hint,
    );
}

/// An ARN, or the unique ID that AWS puts in its place when its owner is gone.
fn is_identity(text: &str) -> bool {
    let arn = Arn::parse(text).is_some_and(|arn| matches!(arn.service, "iam" | "sts"));
    let unique = text.len() >= 16
        && text.starts_with("A")
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    arn || unique
}
