//! `kubernetes_role`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Permissions within a namespace.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: None,
        ready: None,
    }
}

const OUTLINE: &str = "
rules as rule min1
  apiGroups required set
  resourceNames set
  resources required set
  verbs required set
";
