//! `kubernetes_service`.

use serde_json::{Map, Value as Json};
use trueup_sdk::native::Fields;

use crate::client::Readiness;

use super::{Extra, Metadata, Typed, typed::Coding};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "v1",
        kind: "Service",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "A name and an address for a number of pods.",
        version: 1,
        outline: OUTLINE,
        extras,
        timeouts: &["create"],
        coding: Some(CODING),
        ready: Some(ready),
    }
}

const OUTLINE: &str = "
spec min1
  allocateLoadBalancerNodePorts =true
  clusterIP computed replaces
  clusterIPs computed
  externalIPs set
  externalName
  externalTrafficPolicy computed
  healthCheckNodePort computed replaces
  internalTrafficPolicy computed
  ipFamilies computed
  ipFamilyPolicy computed
  loadBalancerClass replaces
  loadBalancerIP
  loadBalancerSourceRanges set
  ports as port
    appProtocol
    name
    nodePort computed
    port required
    protocol =TCP
    targetPort computed
  publishNotReadyAddresses =false
  selector
  sessionAffinity =None
  sessionAffinityConfig
    clientIP
      timeoutSeconds computed
  type =ClusterIP
status readonly
  loadBalancer
    ingress
      hostname
      ip
      ipMode
";

fn extras() -> Vec<Extra> {
    vec![Extra::flag(
        "wait_for_load_balancer",
        true,
        "Whether to wait until a service of type `LoadBalancer` has an address.",
    )]
}

fn ready(config: &Fields, live: &Json) -> Readiness {
    let waits = config.flag("wait_for_load_balancer") == Some(true);
    let ingress = live
        .pointer("/status/loadBalancer/ingress")
        .and_then(Json::as_array);
    match waits
        && live.pointer("/spec/type").and_then(Json::as_str) == Some("LoadBalancer")
        && ingress.is_none_or(Vec::is_empty)
    {
        true => Readiness::InProgress("its load balancer has no address yet".to_owned()),
        false => Readiness::Ready,
    }
}

/// Whether load balancers get ports of nodes may be said of load balancers
/// only; others are as if it were true.
const CODING: Coding = Coding {
    encode: |fields: &mut Map<String, Json>, _: &Fields| {
        if let Some(spec) = fields.get_mut("spec").and_then(Json::as_object_mut)
            && spec.get("type").and_then(Json::as_str) != Some("LoadBalancer")
        {
            spec.remove("allocateLoadBalancerNodePorts");
        }
    },
    decode: |live: &mut Json| {
        if let Some(spec) = live.get_mut("spec").and_then(Json::as_object_mut) {
            spec.entry("allocateLoadBalancerNodePorts")
                .or_insert(Json::Bool(true));
        }
    },
    fill: |_, _, _| {},
};
