//! Values drawn at random, and what is said where that fails.

use std::io;

use trueup_sdk::{
    native::{Failure, problem},
    world::Random,
};

/// The text of a random integer of 63 bits.
pub(crate) fn id(random: &dyn Random) -> Result<String, Failure> {
    let number = random.below(1 << 63).map_err(|error| failed(&error))?;
    Ok(number.to_string())
}

/// There is no randomness.
pub(crate) fn failed(error: &io::Error) -> Failure {
    let detail = format!("Nothing could be drawn at random: {error}. Nothing was created.");
    problem("No source of randomness", detail).into()
}
