//! How everything is, at a moment.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{
    config::Stack,
    history::{Kept, Verdict},
    notify::Waiting,
};

/// How everything is, at a moment.
#[derive(Clone, Debug)]
pub struct Status {
    /// The moment.
    pub now: Timestamp,
    /// When the service began.
    pub began: Timestamp,
    /// The stacks by name.
    pub stacks: Vec<StackStatus>,
    /// Those who are told, by name.
    pub targets: Vec<(String, Waiting)>,
    /// The names of blocks of the configuration that have errors.
    pub left_out: Vec<String>,
    /// Why the history cannot be written.
    pub history: Option<String>,
    /// How many checks are running.
    pub running: usize,
    /// How many were given up and have not ended.
    pub stuck: usize,
    /// How many wait for room.
    pub queued: usize,
    /// What was done since the service began.
    pub totals: Totals,
}

/// How a stack is.
#[derive(Clone, Debug)]
pub struct StackStatus {
    /// The stack.
    pub stack: Arc<Stack>,
    /// When it is due.
    pub next: Option<Timestamp>,
    /// Whether it is being checked.
    pub busy: Busy,
    /// What was found so far.
    pub kept: Arc<Kept>,
}

/// Whether a stack is being checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// It is not.
    No,
    /// It waits for room.
    Queued,
    /// It is, since then.
    Since(Timestamp),
    /// The check that began then was given up, but has not ended.
    Stuck(Timestamp),
}

/// What was done since the service began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Checks that found nothing.
    pub clean: u64,
    /// Checks that found drift.
    pub drifted: u64,
    /// Checks that failed.
    pub failed: u64,
    /// Times a stack was due while nobody could check it.
    pub missed: u64,
    /// How long all checks took together.
    pub took: SignedDuration,
}

impl Totals {
    pub(super) fn count(&mut self, verdict: Verdict, took: SignedDuration) {
        match verdict {
            Verdict::Clean => self.clean += 1,
            Verdict::Drifted => self.drifted += 1,
            Verdict::Failed => self.failed += 1,
        }
        self.took = self.took.saturating_add(took);
    }
}

impl StackStatus {
    /// What came of the last check; none before the first.
    pub fn verdict(&self) -> Option<Verdict> {
        self.kept.last().map(|point| point.verdict)
    }
}
