//! Points in time as Go writes them.

use serde::{Deserialize, Deserializer, Serialize};

/// A point in time as RFC 3339 has it, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Time(Option<String>);

/// What Go writes for a time that was never set.
const ZERO: &str = "0001-01-01T00:00:00Z";

impl Time {
    /// So many seconds and nanoseconds after 1970 began, in UTC.
    #[must_use]
    pub fn new(seconds: i64, nanoseconds: u32) -> Self {
        let nanoseconds = i32::try_from(nanoseconds).unwrap_or_default();
        let time = jiff::Timestamp::new(seconds, nanoseconds);
        Time(time.ok().map(|time| time.to_string()))
    }

    /// No time.
    #[must_use]
    pub fn none() -> Self {
        Time(None)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        let time: jiff::Timestamp = self.0.as_deref()?.parse().ok()?;
        Some(time.as_second())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// Helm 3 writes an empty text for no time.
impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        Ok(Time(text.filter(|text| !text.is_empty() && text != ZERO)))
    }
}

/// The zero time, where Go writes it out.
pub(crate) fn zero() -> String {
    ZERO.to_owned()
}
