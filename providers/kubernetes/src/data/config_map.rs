//! Data source `kubernetes_config_map`.

use super::{Looked, looked::no_extras};
use crate::types::metadata::Metadata;

pub(super) fn kind() -> Looked {
    Looked {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: Metadata {
            namespaced: true,
            generated: false,
        },
        about: "Configuration data for pods.",
        outline: "
binaryData readonly
data readonly
immutable
",
        extras: no_extras,
        fill: |_, _, _| {},
    }
}
