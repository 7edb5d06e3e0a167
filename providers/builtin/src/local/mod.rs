//! `registry.terraform.io/hashicorp/local`, compatible with version 2.5.

mod checksums;
mod data;
mod direxists;
mod file;
mod recovery;
mod write;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn local(world: &World) -> NativeProvider {
    NativeProvider::new()
        .resource("local_file", file::File::plain(world))
        .resource("local_sensitive_file", file::File::sensitive(world))
        .data_source("local_file", data::FileData::plain(world))
        .data_source("local_sensitive_file", data::FileData::sensitive(world))
        .function("direxists", direxists::DirExists::new(world))
}
