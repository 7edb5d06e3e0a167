//! A stack, and what is being done with it.

use std::sync::Arc;

use jiff::Timestamp;

use super::status::{Busy, StackStatus};
use crate::{config::Stack, history::Kept, schedule::Turn};

pub(super) struct Job {
    pub(super) stack: Arc<Stack>,
    pub(super) turn: Turn,
    pub(super) stage: Stage,
    /// The configuration does not name it any more.
    pub(super) removed: bool,
}

/// What is being done with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Idle,
    /// It is checked as soon as there is room.
    Queued,
    Running {
        since: Timestamp,
        /// It was due meanwhile, and is checked again afterwards.
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

    pub(super) fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }

    pub(super) fn status(&self, kept: Option<&Arc<Kept>>) -> StackStatus {
        StackStatus {
            stack: Arc::clone(&self.stack),
            next: self.turn.next(),
            busy: match self.stage {
                Stage::Idle => Busy::No,
                Stage::Queued => Busy::Queued,
                Stage::Running { since, .. } => Busy::Since(since),
            },
            kept: kept.cloned().unwrap_or_default(),
        }
    }
}
