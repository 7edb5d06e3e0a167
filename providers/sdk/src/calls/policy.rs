//! How long something is tried.

use std::time::Duration;

/// How long and how often a call is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// All attempts and pauses together.
    pub deadline: Duration,
    /// How often it may fail for reasons of the service or the network.
    pub attempts: u32,
    /// Whether being throttled counts as such a failure; else a call that is
    /// throttled is tried until the deadline.
    pub throttling_counts: bool,
    /// How long what it refers to may take to become visible.
    pub propagation: Duration,
    /// The longest first pause; each one after that may be twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Policy {
    /// For calls people wait for: ten minutes, ten failures, two minutes to
    /// become visible, pauses of a quarter of a second up to twenty.
    pub const PATIENT: Policy = Policy {
        deadline: Duration::from_secs(600),
        attempts: 10,
        throttling_counts: false,
        propagation: Duration::from_secs(120),
        first: Duration::from_millis(250),
        longest: Duration::from_secs(20),
    };

    /// The same with another deadline.
    pub const fn within(self, deadline: Duration) -> Policy {
        Policy { deadline, ..self }
    }
}
