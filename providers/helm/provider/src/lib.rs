//! `registry.terraform.io/hashicorp/helm`: releases of charts, planned object
//! by object.
//!
//! A release is shown as its objects: what each becomes is asked of the
//! cluster, what is not known yet and what is secret is followed through the
//! templates, and what a chart draws stays what it is. The attributes are those
//! of Terraform's provider, so that states go back and forth.

mod charts;
mod configuration;
mod draw;
mod ignored;
mod lookups;
mod pins;
mod postrender;
mod release;
mod render;
mod report;
pub mod schema;
mod session;
mod template;
mod values;

use std::sync::Arc;

use trueup_kubernetes::Surroundings;
use trueup_sdk::{native::NativeProvider, world::World};

pub use session::Session;

/// The provider. What it shares with the provider `kubernetes` comes in
/// `surroundings`.
pub fn helm(world: &World, surroundings: &Surroundings) -> NativeProvider<Session> {
    let variable = world.variables.get("HELM_NAMESPACE");
    let namespace = variable.filter(|name| !name.is_empty());
    let namespace = namespace.cloned().unwrap_or_else(|| "default".to_owned());
    let release = release::Release {
        namespace: namespace.clone(),
        foreseen: Arc::clone(&surroundings.foreseen),
    };
    NativeProvider::configured_by(configuration::Configuration::new(world, surroundings))
        .resource("helm_release", release)
        .data_source("helm_template", template::Template { namespace })
}
