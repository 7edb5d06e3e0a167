//! Values drawn at random, and what is said where that fails.

use std::io;

use trueup_sdk::{
    native::{Failure, Fields, attribute_problem, problem},
    world::Random,
};

/// More of anything would only fill the state.
const MOST: i64 = 1 << 24;

/// The text of a random integer of 63 bits.
pub(crate) fn id(random: &dyn Random) -> Result<String, Failure> {
    let number = random.below(1 << 63).map_err(|error| failed(&error))?;
    Ok(number.to_string())
}

/// How many of something are to be drawn; none where nothing is said.
pub(crate) fn count(object: &Fields, name: &str) -> Result<usize, Failure> {
    let count = object.integer(name).unwrap_or_default();
    match usize::try_from(count) {
        Ok(count) if count <= MOST as usize => Ok(count),
        _ => {
            let detail =
                format!("Attribute {name} value must be between 0 and {MOST}, got: {count}");
            Err(attribute_problem(name, "Invalid Attribute Value", detail).into())
        }
    }
}

/// Puts elements in random order, each order equally likely.
pub(crate) fn shuffle<T>(random: &dyn Random, elements: &mut [T]) -> io::Result<()> {
    for last in (1..elements.len()).rev() {
        let other = random.below(last as u64 + 1)?;
        elements.swap(last, usize::try_from(other).unwrap_or_default());
    }
    Ok(())
}

/// There is no randomness.
pub(crate) fn failed(error: &io::Error) -> Failure {
    let detail = format!("Nothing could be drawn at random: {error}. Nothing was created.");
    problem("No source of randomness", detail).into()
}
