//! Types that stand for one kind each.
//!
//! A file of this folder says which fields of its kind the type has; what they
//! are follows from Kubernetes' own OpenAPI document.

mod blank;
pub(crate) mod convert;
pub(crate) mod metadata;
pub(crate) mod outline;
mod table;
mod typed;

mod cluster_role;
mod cluster_role_binding;
mod config_map;
mod ingress_v1;
mod namespace;
mod network_policy;
mod persistent_volume_claim;
mod role;
mod role_binding;
mod secret;
mod service;
mod service_account;
mod storage_class;

use trueup_sdk::native::NativeProvider;

use crate::Session;
use metadata::Metadata;
use typed::{Extra, Typed, no_extras};

/// What makes a type.
type Make = fn() -> Typed;

/// The provider with its types. Each also goes by the name with the version.
pub(crate) fn add(mut provider: NativeProvider<Session>) -> NativeProvider<Session> {
    let kinds: [(&str, Make); 12] = [
        ("cluster_role", cluster_role::kind),
        ("cluster_role_binding", cluster_role_binding::kind),
        ("config_map", config_map::kind),
        ("namespace", namespace::kind),
        ("network_policy", network_policy::kind),
        ("persistent_volume_claim", persistent_volume_claim::kind),
        ("role", role::kind),
        ("role_binding", role_binding::kind),
        ("secret", secret::kind),
        ("service", service::kind),
        ("service_account", service_account::kind),
        ("storage_class", storage_class::kind),
    ];
    for (name, kind) in kinds {
        provider = provider.resource(&format!("kubernetes_{name}"), kind());
        provider = provider.resource(&format!("kubernetes_{name}_v1"), kind());
    }
    provider.resource("kubernetes_ingress_v1", ingress_v1::kind())
}
