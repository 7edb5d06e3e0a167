//! Data source `kubernetes_service`.

use super::{Looked, looked::no_extras};
use crate::types::metadata::Metadata;

pub(super) fn kind() -> Looked {
    Looked {
        api_version: "v1",
        kind: "Service",
        metadata: Metadata {
            namespaced: true,
            generated: false,
        },
        about: "A name and an address for a number of pods.",
        outline: "
spec readonly
  allocateLoadBalancerNodePorts
  clusterIP
  clusterIPs
  externalIPs set
  externalName
  externalTrafficPolicy
  healthCheckNodePort
  internalTrafficPolicy
  ipFamilies
  ipFamilyPolicy
  loadBalancerClass
  loadBalancerIP
  loadBalancerSourceRanges set
  ports as port
    appProtocol
    name
    nodePort
    port
    protocol
    targetPort
  publishNotReadyAddresses
  selector
  sessionAffinity
  sessionAffinityConfig
    clientIP
      timeoutSeconds
  type
status readonly
  loadBalancer
    ingress
      hostname
      ip
      ipMode
",
        extras: no_extras,
        fill: |_, _, _| {},
    }
}
