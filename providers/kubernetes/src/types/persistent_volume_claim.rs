//! `kubernetes_persistent_volume_claim`.

use serde_json::Value as Json;
use trueup_sdk::native::Fields;

use crate::client::Readiness;

use super::{Extra, Metadata, Typed};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "PersistentVolumeClaim",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "A claim to a volume.",
        version: 0,
        outline: OUTLINE,
        extras,
        timeouts: &["create"],
        coding: None,
        ready: Some(ready),
    }
}

const OUTLINE: &str = "
spec min1
  accessModes required set replaces
  resources min1
    limits replaces
    requests
  selector
    matchExpressions
      key replaces
      operator replaces
      values set replaces
    matchLabels replaces
  storageClassName computed replaces
  volumeMode computed replaces
  volumeName computed replaces
";

fn extras() -> Vec<Extra> {
    vec![Extra::flag(
        "wait_until_bound",
        true,
        "Whether to wait until the claim is bound to a volume.",
    )]
}

fn ready(config: &Fields, live: &Json) -> Readiness {
    match config.flag("wait_until_bound") {
        Some(false) => Readiness::Ready,
        _ => crate::client::readiness(live),
    }
}
