//! `kubernetes_ingress_v1`.

use serde_json::Value as Json;
use trueup_sdk::native::Fields;

use crate::client::Readiness;

use super::{Extra, Metadata, Typed};

pub(super) fn kind() -> Typed {
    Typed {
        api_version: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: Metadata {
            namespaced: true,
            generated: true,
        },
        about: "Rules that lead HTTP requests from outside to services.",
        version: 0,
        outline: OUTLINE,
        extras,
        timeouts: &["create", "delete"],
        coding: None,
        ready: Some(ready),
    }
}

const OUTLINE: &str = "
spec min1
  defaultBackend
    resource
      apiGroup required
      kind required
      name required
    service
      name required
      port min1
        name
        number
  ingressClassName computed
  rules as rule
    host
    http
      paths as path min1
        backend
          resource
            apiGroup required
            kind required
            name required
          service
            name required
            port min1
              name
              number
        path
        pathType =ImplementationSpecific
  tls
    hosts
    secretName
status readonly
  loadBalancer
    ingress
      hostname
      ip
";

fn extras() -> Vec<Extra> {
    vec![Extra::flag(
        "wait_for_load_balancer",
        false,
        "Whether to wait until the ingress has an address.",
    )]
}

fn ready(config: &Fields, live: &Json) -> Readiness {
    let waits = config.flag("wait_for_load_balancer") == Some(true);
    let ingress = live
        .pointer("/status/loadBalancer/ingress")
        .and_then(Json::as_array);
    match waits && ingress.is_none_or(Vec::is_empty) {
        true => Readiness::InProgress("its load balancer has no address yet".to_owned()),
        false => Readiness::Ready,
    }
}
