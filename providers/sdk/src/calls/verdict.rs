//! What a failure means, and the last one.

use std::{fmt, time::Duration};

/// What a failure means for trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There were too many calls; the service did nothing.
    Throttled {
        /// How long the service wants to be left alone: `Retry-After`.
        after: Option<Duration>,
    },
    /// Nothing was wrong with the call, and the service did nothing or it does
    /// not matter.
    Transient {
        /// As above.
        after: Option<Duration>,
    },
    /// Nothing was wrong with the call, and nobody knows whether the service
    /// acted: the connection broke, say.
    Unclear {
        /// As above.
        after: Option<Duration>,
    },
    /// Something the call refers to was made a moment ago and is not visible
    /// everywhere yet.
    NotYet {
        /// How long that may be so; the policy says where nothing does.
        within: Option<Duration>,
    },
    /// There is one already. After an attempt that may have acted it can be
    /// what that one made, though it does not show yet; else this is
    /// [`Verdict::Final`].
    Taken,
    /// Trying again leads to the same.
    Final,
}

impl Verdict {
    pub(super) fn is_unclear(self) -> bool {
        matches!(self, Verdict::Unclear { .. })
    }
}

/// Why nothing was tried any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It would have led to the same.
    Final,
    /// It failed too often.
    Attempts,
    /// It took too long.
    Deadline,
    /// What it refers to did not become visible.
    StillInvisible,
}

/// The last failure of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaveUp<E> {
    /// What the service answered.
    pub error: E,
    /// Why nothing was tried any more.
    pub reason: Reason,
    /// How often it was tried.
    pub attempts: u32,
    /// How long all of that took.
    pub elapsed: Duration,
}

impl<E> GaveUp<E> {
    /// What to add to the words of the service: `, after 3 attempts in 12s`.
    /// Nothing where there was only one.
    pub fn effort(&self) -> String {
        match self.attempts {
            0 | 1 => String::new(),
            attempts => {
                let seconds = self.elapsed.as_secs_f64().round();
                format!(", after {attempts} attempts in {seconds}s")
            }
        }
    }
}

impl<E: fmt::Display> fmt::Display for GaveUp<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.error, self.effort())
    }
}

impl<E: std::error::Error + 'static> std::error::Error for GaveUp<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
