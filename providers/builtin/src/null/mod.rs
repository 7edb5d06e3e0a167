//! `registry.terraform.io/hashicorp/null`, compatible with version 3.2.

mod data_source;
mod resource;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn null(world: &World) -> NativeProvider {
    NativeProvider::new()
        .resource("null_resource", resource::NullResource::new(world))
        .data_source("null_data_source", data_source::NullDataSource::new(world))
}
