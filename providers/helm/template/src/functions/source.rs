//! Where random bytes and the time come from.

use std::fmt;
use std::sync::Arc;

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

/// What functions may draw from.
#[derive(Clone)]
pub struct Sources {
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
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

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sources").finish_non_exhaustive()
    }
}
