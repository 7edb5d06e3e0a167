//! `kubernetes_config_map`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Configuration data for pods.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: None,
        ready: None,
    }
}

const OUTLINE: &str = "
binaryData
data
immutable
";
