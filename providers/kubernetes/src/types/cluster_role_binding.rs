//! `kubernetes_cluster_role_binding`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: Metadata {
            namespaced: false,
            generated: true,
        },
        about: "Gives the permissions of a cluster role to subjects, everywhere.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: Some(super::role_binding::CODING),
        ready: None,
    }
}

const OUTLINE: &str = "
roleRef min1
  apiGroup required replaces
  kind required replaces
  name required replaces
subjects as subject min1
  apiGroup computed
  kind required
  name required
  namespace =default
";
