//! What the server's refusals mean.

use kube::core::Status;

use super::{Cause, Complaint, Conflict};

/// The cause behind a failure the API server answered with.
pub(crate) fn cause(status: &Status) -> Cause {
    let message = status.message.trim().to_owned();
    match status.code {
        401 => Cause::Unauthorized(message),
        403 => forbidden(message),
        404 => Cause::NotFound(message),
        409 => conflict(status, message),
        422 => invalid(status, message),
        429 => Cause::TooManyRequests {
            retry_after: retry_after(status),
        },
        504 => Cause::Server { code: 504, message },
        code => other(code, message),
    }
}

fn retry_after(status: &Status) -> Option<u64> {
    let seconds = status.details.as_ref()?.retry_after_seconds;
    (seconds > 0).then_some(u64::from(seconds))
}

/// 403 is the answer of authorisation, of quotas, of admission plugins and of
/// namespaces that are going away alike.
fn forbidden(message: String) -> Cause {
    if message.contains("exceeded quota") || message.contains("failed quota") {
        return Cause::Quota(message);
    }
    if message.contains("because it is being terminated") {
        return Cause::Terminating(message);
    }
    if let Some(denied) = denied(&message) {
        return denied;
    }
    // `… is forbidden: User "x" cannot get resource "y" …` is authorisation's.
    if message.contains("cannot ") || message.contains(" is forbidden: User ") {
        return Cause::Forbidden(message);
    }
    Cause::Denied {
        by: None,
        reason: message,
    }
}

fn denied(message: &str) -> Option<Cause> {
    if let Some(rest) = message.strip_prefix("admission webhook \"") {
        let (webhook, rest) = rest.split_once('"')?;
        let reason = rest.split_once(": ").map_or(rest, |(_, reason)| reason);
        return Some(Cause::Denied {
            by: Some(format!("The admission webhook \"{webhook}\"")),
            reason: reason.trim().to_owned(),
        });
    }
    let (_, rest) = message.split_once("ValidatingAdmissionPolicy '")?;
    let (policy, rest) = rest.split_once('\'')?;
    let reason = rest.split_once(": ").map_or(rest, |(_, reason)| reason);
    Some(Cause::Denied {
        by: Some(format!("The admission policy \"{policy}\"")),
        reason: reason.trim().to_owned(),
    })
}

fn conflict(status: &Status, message: String) -> Cause {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let conflicts = causes.filter(|cause| cause.reason == "FieldManagerConflict");
    let conflicts: Vec<Conflict> = conflicts
        .filter_map(|cause| Conflict::parse(&cause.field, &cause.message))
        .collect();
    if !conflicts.is_empty() {
        return Cause::Conflicts(conflicts);
    }
    match status.reason.as_str() {
        "AlreadyExists" => Cause::AlreadyExists(message),
        _ => Cause::Changed(message),
    }
}

fn invalid(status: &Status, message: String) -> Cause {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let mut complaints: Vec<Complaint> = causes
        .map(|cause| Complaint {
            field: cause.field.clone(),
            message: cause.message.clone(),
        })
        .collect();
    if complaints.is_empty() {
        complaints.push(Complaint {
            field: String::new(),
            message: message.clone(),
        });
    }
    match complaints.iter().any(|c| is_immutable(&c.message)) {
        true => {
            complaints.retain(|c| is_immutable(&c.message));
            Cause::Immutable(complaints)
        }
        false => Cause::Invalid(complaints),
    }
}

/// The words validation has for fields that cannot change.
fn is_immutable(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("immutable")
        || message.contains("may not be changed")
        || message.contains("updates to statefulset spec for fields other than")
        || message.contains("may not change once set")
        || message.contains("cannot change roleref")
        || message.contains("pod updates may not change fields")
}

fn other(code: u16, message: String) -> Cause {
    if let Some(rest) = message
        .split_once("failed calling webhook \"")
        .map(|(_, rest)| rest)
        && let Some((webhook, reason)) = rest.split_once('"')
    {
        return Cause::WebhookUnavailable {
            webhook: webhook.to_owned(),
            reason: reason.trim_start_matches([':', ' ']).to_owned(),
        };
    }
    if let Some(field) = unknown_field(&message) {
        return Cause::UnknownField(field);
    }
    if let Some(denied) = denied(&message) {
        return denied;
    }
    // Validation by expressions and by schemas answers 400 at times.
    Cause::Server { code, message }
}

/// Server-side apply answers 500 where a manifest has a field its kind does
/// not have: `… .spec.foo: field not declared in schema`; strict validation
/// answers 400: `unknown field "spec.foo"`.
fn unknown_field(message: &str) -> Option<String> {
    if let Some((before, _)) = message.split_once(": field not declared in schema") {
        let field = before.rsplit([' ', '\n']).next()?;
        return Some(field.to_owned());
    }
    let (_, rest) = message.split_once("unknown field \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}
