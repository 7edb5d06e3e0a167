//! `registry.terraform.io/hashicorp/random`, compatible with version 3.7.

mod id;

use std::fmt::Write;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn random(world: &World) -> NativeProvider {
    NativeProvider::new().resource("random_id", id::RandomId::new(world))
}

/// Two digits for each byte.
fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
