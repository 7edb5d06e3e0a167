//! What secrets hold is not shown.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value as Json;

use super::{Cause, ClusterError, Kind};

/// What stands for a secret.
pub const MASK: &str = "(sensitive value)";

/// Whether what objects of the kind hold must not be shown.
pub fn is_secret(manifest: &Json) -> bool {
    Kind::of(manifest).is_some_and(|kind| kind.kind == "Secret" && kind.group().is_empty())
}

/// The object with what is secret in it replaced.
pub fn object(object: &Json) -> Json {
    let mut masked = object.clone();
    if is_secret(object) {
        for name in ["data", "stringData"] {
            if let Some(Json::Object(entries)) = masked.get_mut(name) {
                entries
                    .values_mut()
                    .for_each(|value| *value = Json::String(MASK.to_owned()));
            }
        }
        // kubectl keeps a copy of everything it applied.
        let copy = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
        if let Some(copy) = masked.pointer_mut(copy) {
            *copy = Json::String(MASK.to_owned());
        }
    }
    masked
}

/// What the server said of a manifest, without the secrets in it.
pub(crate) fn error(mut error: ClusterError, manifest: &Json) -> ClusterError {
    if !is_secret(manifest) {
        return error;
    }
    let secrets = secrets(manifest);
    let hide = |text: &mut String| {
        for secret in &secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
    };
    match &mut *error.cause {
        Cause::Immutable(complaints) | Cause::Invalid(complaints) => {
            complaints
                .iter_mut()
                .for_each(|complaint| hide(&mut complaint.message));
        }
        Cause::Forbidden(reason)
        | Cause::Denied { reason, .. }
        | Cause::WebhookUnavailable { reason, .. }
        | Cause::Quota(reason)
        | Cause::Failed(reason)
        | Cause::Changed(reason)
        | Cause::NotFound(reason)
        | Cause::Server {
            message: reason, ..
        } => hide(reason),
        _ => {}
    }
    error
}

/// What is secret in a manifest, encoded and not, the longest first. Short
/// texts are left out: they are part of every sentence.
fn secrets(manifest: &Json) -> Vec<String> {
    let mut secrets = Vec::new();
    for name in ["data", "stringData"] {
        let entries = manifest
            .get(name)
            .and_then(Json::as_object)
            .into_iter()
            .flatten();
        for text in entries.filter_map(|(_, value)| value.as_str()) {
            let decoded = STANDARD.decode(text).ok();
            secrets.extend(decoded.and_then(|bytes| String::from_utf8(bytes).ok()));
            secrets.push(STANDARD.encode(text));
            secrets.push(text.to_owned());
        }
    }
    secrets.retain(|secret| secret.chars().count() > 3);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}
