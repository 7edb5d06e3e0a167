//! `registry.terraform.io/hashicorp/http`, compatible with version 3.5: what a
//! web server answers, as a data source.

mod data;
mod exchange;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn http(world: &World) -> NativeProvider {
    NativeProvider::new().data_source("http", data::HttpData::new(world))
}
