//! `registry.terraform.io/hashicorp/external`, compatible with version 2.3.

mod data;
mod program;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn external(world: &World) -> NativeProvider {
    NativeProvider::new().data_source("external", data::External::new(world))
}
