//! When a stack is checked: cron expressions in time zones, spread over some time
//! so that not all stacks are checked at once.

mod cron;
mod turn;

pub use cron::{Expression, Field, Misread};
pub use turn::{Start, Turn};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

/// The moments at which a stack is due.
#[derive(Clone, Debug)]
pub struct Schedule {
    expression: Expression,
    zone: TimeZone,
    zone_name: String,
    offset: SignedDuration,
}

impl Schedule {
    /// When `expression` says, as clocks in `zone` show it.
    pub fn new(expression: Expression, zone: TimeZone) -> Self {
        let zone_name = zone.iana_name().unwrap_or("UTC").to_owned();
        Schedule {
            expression,
            zone,
            zone_name,
            offset: SignedDuration::ZERO,
        }
    }

    /// The same, but later by up to `jitter`: by how much depends on `name` only,
    /// so that a stack keeps its moment in the hour.
    pub fn spread(self, name: &str, jitter: SignedDuration) -> Self {
        let seconds = u64::try_from(jitter.as_secs()).unwrap_or(0);
        let offset = match seconds {
            0 => 0,
            seconds => draw(name) % seconds,
        };
        Schedule {
            offset: SignedDuration::from_secs(i64::try_from(offset).unwrap_or(0)),
            ..self
        }
    }

    /// The first moment after `moment`; none if there is none any more.
    pub fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let moment = moment.checked_sub(self.offset).ok()?;
        let next = self.expression.after(&moment.to_zoned(self.zone.clone()))?;
        next.timestamp().checked_add(self.offset).ok()
    }

    /// The first so many moments after `moment`.
    pub fn next(&self, moment: Timestamp, count: usize) -> Vec<Timestamp> {
        let first = self.after(moment);
        std::iter::successors(first, |last| self.after(*last))
            .take(count)
            .collect()
    }

    /// How far apart the two moments after `moment` are.
    pub fn interval(&self, moment: Timestamp) -> Option<SignedDuration> {
        let first = self.after(moment)?;
        Some(self.after(first)?.duration_since(first))
    }

    /// How late after the moments of the expression it is due.
    pub fn offset(&self) -> SignedDuration {
        self.offset
    }

    /// The time zone, by its name.
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// A moment as clocks in its time zone show it.
    pub fn show(&self, moment: Timestamp) -> String {
        let shown = moment.to_zoned(self.zone.clone());
        shown.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        self.expression.text()
    }
}

/// Two schedules are the same if they are due at the same moments.
impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        let key = |schedule: &Schedule| (schedule.offset, schedule.text().to_owned());
        key(self) == key(other) && self.zone == other.zone
    }
}

/// A number that only depends on a name.
fn draw(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    let first = digest.iter().take(8);
    first.fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests;
