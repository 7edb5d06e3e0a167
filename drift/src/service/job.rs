//! A stack, and what is being done with it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    deed::Halt,
    status::{Busy, StackStatus},
};
use crate::{config::Stack, history::Kept, schedule::Turn};

pub(super) struct Job {
    pub(super) stack: Arc<Stack>,
    pub(super) turn: Turn,
    pub(super) stage: Stage,
    /// The configuration does not name it any more.
    pub(super) removed: bool,
    /// Ends the check that is running.
    pub(super) halt: Halt,
}

/// What is being done with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Idle,
    /// It is checked as soon as there is room.
    Queued,
    Running {
        since: Timestamp,
        /// When the check is given up.
        until: Timestamp,
        /// It was due meanwhile, and is checked again afterwards.
        again: bool,
    },
    /// Its check was given up, but has not ended: it is not checked a second time
    /// meanwhile.
    Stuck {
        since: Timestamp,
        again: bool,
    },
}

impl Job {
    pub(super) fn new(stack: &Stack, began: Option<Timestamp>, now: Timestamp) -> Self {
        Job {
            turn: Turn::new(stack.schedule.clone(), began, now),
            stack: Arc::new(stack.clone()),
            stage: Stage::Idle,
            removed: false,
            halt: Halt::default(),
        }
    }

    /// It is as the configuration says now.
    pub(super) fn follow(&mut self, stack: &Stack, now: Timestamp) {
        self.removed = false;
        self.turn.follow(stack.schedule.clone(), now);
        if *self.stack != *stack {
            self.stack = Arc::new(stack.clone());
        }
    }

    /// Whether a check of it is under way, also one that was given up.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. } | Stage::Stuck { .. })
    }

    /// It is due.
    pub(super) fn is_due_now(&mut self) {
        match &mut self.stage {
            Stage::Running { again, .. } | Stage::Stuck { again, .. } => *again = true,
            Stage::Queued => {}
            Stage::Idle => self.stage = Stage::Queued,
        }
    }

    /// When its check is given up.
    pub(super) fn until(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Running { until, .. } => Some(until),
            _ => None,
        }
    }

    /// The clock was moved, which no check is to blame for.
    pub(super) fn move_clock(&mut self, by: SignedDuration) {
        if let Stage::Running { until, .. } = &mut self.stage {
            *until = until.checked_add(by).unwrap_or(*until);
        }
    }

    pub(super) fn status(&self, kept: Option<&Arc<Kept>>) -> StackStatus {
        StackStatus {
            stack: Arc::clone(&self.stack),
            next: self.turn.next(),
            busy: match self.stage {
                Stage::Idle => Busy::No,
                Stage::Queued => Busy::Queued,
                Stage::Running { since, .. } => Busy::Since(since),
                Stage::Stuck { since, .. } => Busy::Stuck(since),
            },
            kept: kept.cloned().unwrap_or_default(),
        }
    }
}
