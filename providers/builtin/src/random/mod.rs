//! `registry.terraform.io/hashicorp/random`, compatible with version 3.7.

mod bytes;
mod characters;
mod ephemeral_password;
mod go_rand;
mod id;
mod integer;
mod password;
mod pet;
mod shuffle;
mod string;
mod uuid;
mod words;

use std::sync::Arc;

use trueup_sdk::{native::NativeProvider, world::World};

/// The provider.
pub fn random(world: &World) -> NativeProvider {
    let seeds = Arc::new(go_rand::GoSeeds::default());
    NativeProvider::new()
        .ephemeral(
            "random_password",
            ephemeral_password::EphemeralPassword::new(world),
        )
        .resource("random_bytes", bytes::RandomBytes::new(world))
        .resource("random_id", id::RandomId::new(world))
        .resource("random_integer", integer::RandomInteger::new(world, &seeds))
        .resource("random_password", password::RandomPassword::new(world))
        .resource("random_pet", pet::RandomPet::new(world))
        .resource("random_shuffle", shuffle::RandomShuffle::new(world, &seeds))
        .resource("random_string", string::RandomString::new(world))
        .resource("random_uuid", uuid::RandomUuid::new(world))
}
