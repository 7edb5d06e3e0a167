//! Data sources: objects that are looked at and not managed.

mod config_map;
mod looked;
mod namespace;
mod nodes;
pub(crate) mod resource;
mod resources;
mod secret;
mod service;
mod service_account;

use trueup_sdk::native::NativeProvider;

use crate::Session;
use looked::Looked;

/// What makes a type.
type Make = fn() -> Looked;

/// The provider with its data sources. Those of one kind also go by the name
/// with the version.
pub(crate) fn add(mut provider: NativeProvider<Session>) -> NativeProvider<Session> {
    let kinds: [(&str, Make); 5] = [
        ("config_map", config_map::kind),
        ("namespace", namespace::kind),
        ("secret", secret::kind),
        ("service", service::kind),
        ("service_account", service_account::kind),
    ];
    for (name, kind) in kinds {
        provider = provider.data_source(&format!("kubernetes_{name}"), kind());
        provider = provider.data_source(&format!("kubernetes_{name}_v1"), kind());
    }
    provider
        .data_source("kubernetes_nodes", nodes::Nodes)
        .data_source("kubernetes_resource", resource::Resource)
        .data_source("kubernetes_resources", resources::Resources)
}
