//! Where random bytes, the time and what is in a cluster come from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use serde_json::Value as Json;

/// A source of random bytes: the system's, a fixed one, or one that replays a record.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A source of the time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 00:00 UTC, and nanoseconds.
    fn now(&self) -> (i64, u32);
}

/// What is looked up in a cluster: one object, or all of a kind where there is
/// no name, in all namespaces where there is none of those.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// The version of the API.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace; empty for none.
    pub namespace: String,
    /// The name; empty for all objects.
    pub name: String,
}

/// A cluster as templates see it.
pub trait Lookup: Send + Sync {
    /// An object or a list of them; `None` if it is not there.
    ///
    /// # Errors
    /// It cannot be looked up, in words.
    fn find(&self, query: &Query) -> Result<Option<Json>, String>;
}

/// What functions may draw from.
#[derive(Clone)]
pub struct Sources {
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The cluster; in none nothing is found.
    pub cluster: Option<Arc<dyn Lookup>>,
}

impl Sources {
    /// A random number below `bound` without bias.
    pub(super) fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let mut bytes = [0; 8];
            self.entropy.fill(&mut bytes);
            let number = u64::from_le_bytes(bytes);
            if number < fair {
                return number % bound;
            }
        }
    }
}

/// Random bytes that follow from a text: the same ones again for the same text. Whoever knows it
/// knows every password made of them.
#[derive(Debug)]
pub struct Seeded {
    seed: [u8; 32],
    /// Blocks drawn so far, and what is left of the last one.
    state: Mutex<(u64, Vec<u8>)>,
}

impl Seeded {
    /// Bytes that follow from `seed`.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Seeded {
            seed: Sha256::digest(seed).into(),
            state: Mutex::default(),
        }
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, left) = &mut *state;
        while left.len() < bytes.len() {
            let block = Sha256::new().chain_update(self.seed);
            left.extend(block.chain_update(count.to_be_bytes()).finalize());
            *count += 1;
        }
        let fresh = left.drain(..bytes.len());
        bytes
            .iter_mut()
            .zip(fresh)
            .for_each(|(byte, fresh)| *byte = fresh);
    }
}

/// A time that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970-01-01 00:00 UTC.
    pub seconds: i64,
    /// Beyond the second.
    pub nanoseconds: u32,
}

impl Moment {
    /// Reads a time such as `2026-11-29T08:00:00Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        let nanoseconds = time.as_nanosecond().rem_euclid(1_000_000_000);
        Some(Moment {
            seconds: i64::try_from(time.as_nanosecond().div_euclid(1_000_000_000)).ok()?,
            nanoseconds: u32::try_from(nanoseconds).ok()?,
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = i32::try_from(self.nanoseconds).unwrap_or(0);
        match Timestamp::new(self.seconds, nanoseconds) {
            Ok(time) => time.fmt(formatter),
            Err(_) => write!(formatter, "{}", self.seconds),
        }
    }
}

impl Clock for Moment {
    fn now(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sources").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Entropy, Moment, Seeded};

    #[test]
    fn a_seed_gives_the_same_bytes_however_they_are_drawn() {
        let draw = |seed: &str, sizes: &[usize]| {
            let seeded = Seeded::new(seed);
            let parts = sizes.iter().map(|size| {
                let mut bytes = vec![0; *size];
                seeded.fill(&mut bytes);
                bytes
            });
            parts.collect::<Vec<_>>().concat()
        };
        assert_eq!(draw("a", &[100]), draw("a", &[1, 0, 63, 36]));
        assert_ne!(draw("a", &[100]), draw("b", &[100]));
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["2026-11-29T08:00:00Z", "1969-12-31T23:59:59.25Z"] {
            assert_eq!(Moment::parse(text).unwrap().to_string(), text);
        }
        let other_zone = Moment::parse("2026-11-29T09:00:00+01:00").unwrap();
        assert_eq!(other_zone.to_string(), "2026-11-29T08:00:00Z");
        assert_eq!(Moment::parse("yesterday"), None);
    }
}
