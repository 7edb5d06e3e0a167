//! Data source `kubernetes_namespace`.

use super::{Looked, looked::no_extras};
use crate::types::metadata::Metadata;

pub(super) fn kind() -> Looked {
    Looked {
        api_version: "v1",
        kind: "Namespace",
        metadata: Metadata {
            namespaced: false,
            generated: false,
        },
        about: "A scope for the names of other objects.",
        outline: "
spec readonly
  finalizers
",
        extras: no_extras,
        fill: |_, _, _| {},
    }
}
