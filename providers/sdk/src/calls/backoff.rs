//! How long to wait before the next attempt.

use std::{sync::Arc, time::Duration};

use super::Policy;
use crate::world::Random;

/// Pauses that may double from one to the next. Each is drawn from all that
/// are no longer, so that callers who failed together do not come back
/// together.
pub(super) struct Backoff {
    random: Arc<dyn Random>,
    first: Duration,
    next: Duration,
    longest: Duration,
}

/// What is not visible yet is looked for at least so often.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

impl Backoff {
    pub(super) fn new(policy: &Policy, random: Arc<dyn Random>) -> Self {
        Backoff {
            random,
            first: policy.first,
            next: policy.first,
            longest: policy.longest,
        }
    }

    /// At least as long as the service asks for.
    pub(super) fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let longest = self.double();
        match asked {
            Some(asked) => asked + self.up_to(self.first),
            None => self.up_to(longest),
        }
    }

    /// For what may be there any moment.
    pub(super) fn short_pause(&mut self) -> Duration {
        let longest = self.double().min(LONGEST_LOOK);
        longest / 2 + self.up_to(longest / 2)
    }

    fn double(&mut self) -> Duration {
        let now = self.next;
        self.next = now.saturating_mul(2).min(self.longest);
        now
    }

    /// Without a source of randomness, half of it.
    fn up_to(&self, longest: Duration) -> Duration {
        let most = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        let drawn = self.random.below(most.saturating_add(1));
        Duration::from_micros(drawn.unwrap_or(most / 2))
    }
}
