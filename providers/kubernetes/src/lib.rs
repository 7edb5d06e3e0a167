//! `registry.terraform.io/hashicorp/kubernetes`: objects of Kubernetes, planned
//! by the API server and applied with field ownership.
//!
//! [`client`] knows clusters; it is what others that deal with Kubernetes
//! stand on, too. The rest is the provider: one resource type, one file.

pub mod client;
mod configuration;
mod data;
mod foretold;
mod manifest;
mod marks;
mod report;
mod session;
mod types;
mod value;

use std::sync::Arc;

use trueup_sdk::{native::NativeProvider, world::World};

use client::{Connections, EksAccess, Foreseen};
pub use session::Session;

/// What the provider shares with others.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// What finds EKS clusters.
    pub eks: Option<Arc<dyn EksAccess>>,
    /// What the plan is going to create.
    pub foreseen: Arc<Foreseen>,
    /// Connections to clusters, also those of other stacks.
    pub connections: Arc<Connections>,
    /// Whether fields are taken from other managers where the configuration does
    /// not say.
    pub reclaim: bool,
}

/// The provider.
pub fn kubernetes(world: &World, surroundings: &Surroundings) -> NativeProvider<Session> {
    let configuration = configuration::Configuration::new(world, surroundings);
    let provider = NativeProvider::configured_by(configuration);
    let foreseen = Arc::clone(&surroundings.foreseen);
    let provider = provider.resource("kubernetes_manifest", manifest::Manifest::new(foreseen));
    data::add(marks::add(types::add(provider)))
}
