//! `kubernetes_namespace`.

use serde_json::Value as Json;
use trueup_sdk::native::Fields;

use crate::client::Readiness;

use super::{Extra, Metadata, Typed};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "Namespace",
        metadata: Metadata {
            namespaced: false,
            generated: true,
        },
        about: "A scope for the names of other objects.",
        version: 0,
        outline: OUTLINE,
        extras,
        timeouts: &["delete"],
        coding: None,
        ready: Some(ready),
    }
}

const OUTLINE: &str = "";

fn extras() -> Vec<Extra> {
    vec![Extra::flag(
        "wait_for_default_service_account",
        false,
        "Has no effect: what needs the service account `default` waits for it by itself.",
    )]
}

fn ready(_: &Fields, live: &Json) -> Readiness {
    match live.pointer("/status/phase").and_then(Json::as_str) {
        Some("Active") | None => Readiness::Ready,
        Some(phase) => Readiness::InProgress(format!("it is {phase}")),
    }
}
