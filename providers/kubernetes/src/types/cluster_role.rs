//! `kubernetes_cluster_role`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: Metadata {
            namespaced: false,
            generated: true,
        },
        about: "Permissions everywhere.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: None,
        ready: None,
    }
}

const OUTLINE: &str = "
aggregationRule
  clusterRoleSelectors
    matchExpressions
      key
      operator
      values set
    matchLabels
rules as rule
  apiGroups
  nonResourceURLs
  resourceNames
  resources
  verbs required
";
