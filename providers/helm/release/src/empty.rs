//! What Go leaves out of JSON, and reads where it is missing or null.

use serde::{Deserialize, Deserializer};

/// Whether Go's `omitempty` leaves a value out.
pub(crate) fn is_empty<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A value, or the empty one where there is null.
pub(crate) fn or_null<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
