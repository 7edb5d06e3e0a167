//! `kubernetes_network_policy`.

use super::{Metadata, Typed, no_extras};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "What traffic pods may have.",
        version: 0,
        outline: OUTLINE,
        extras: no_extras,
        timeouts: &[],
        coding: None,
        ready: None,
    }
}

const OUTLINE: &str = "
spec min1
  egress
    ports
      endPort
      port
      protocol =TCP
    to
      ipBlock
        cidr
        except
      namespaceSelector
        matchExpressions
          key
          operator
          values set
        matchLabels
      podSelector
        matchExpressions
          key
          operator
          values set
        matchLabels
  ingress
    from
      ipBlock
        cidr
        except
      namespaceSelector
        matchExpressions
          key
          operator
          values set
        matchLabels
      podSelector
        matchExpressions
          key
          operator
          values set
        matchLabels
    ports
      endPort
      port
      protocol =TCP
  podSelector min1
    matchExpressions
      key
      operator
      values set
    matchLabels
  policyTypes required
";
