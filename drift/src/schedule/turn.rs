//! Whose turn it is: when one stack was checked last and is to be checked next.

use jiff::{SignedDuration, Timestamp};

use super::Schedule;

/// When a stack is to be checked next, whatever the clock does.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    schedule: Schedule,
    /// When the last check began, on the clock as it is now.
    began: Option<Timestamp>,
    next: Option<Timestamp>,
}

/// Why a check begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The schedule says so.
    Due,
    /// It was due while nobody could check, perhaps several times.
    Missed,
    /// The stack was never checked before.
    First,
}

/// A check that begins this long after it was due counts as missed: the service
/// was down, or the clock was put forward.
const LATE: SignedDuration = SignedDuration::from_mins(2);

impl Turn {
    /// The turn of a stack whose last check began at `began`, as far as that is
    /// known.
    pub fn new(schedule: Schedule, began: Option<Timestamp>, now: Timestamp) -> Self {
        // A check that began in the future was made on a clock that was wrong.
        let began = began.map(|began| began.min(now));
        let mut turn = Turn {
            schedule,
            began,
            next: None,
        };
        turn.next = match began {
            None => Some(now),
            Some(began) => turn.schedule.after(began),
        };
        turn
    }

    /// When it is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.next
    }

    /// The schedule it follows.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Whether it is due by now, and why.
    pub fn is_due(&self, now: Timestamp) -> Option<Start> {
        let next = self.next.filter(|next| *next <= now)?;
        Some(match self.began {
            None => Start::First,
            Some(_) if now.duration_since(next) > LATE => Start::Missed,
            Some(_) => Start::Due,
        })
    }

    /// It is taken: what was due until now is done with, once.
    pub fn take(&mut self, now: Timestamp) {
        self.began = Some(now);
        self.next = self.schedule.after(now);
    }

    /// The clock was put back by `by` and shows `now`. What was due in between
    /// comes again, but nothing is done twice within half of its interval.
    pub fn put_back(&mut self, by: SignedDuration, now: Timestamp) {
        let Some(began) = self.began else {
            self.next = Some(now);
            return;
        };
        let began = began.checked_sub(by).unwrap_or(began).min(now);
        self.began = Some(began);
        self.next = self.schedule.after(now);
        let interval = self.schedule.interval(now).unwrap_or_default();
        while let Some(next) = self.next.filter(|next| is_near(*next, began, interval)) {
            self.next = self.schedule.after(next);
        }
    }

    /// It follows another schedule from now on.
    pub fn follow(&mut self, schedule: Schedule, now: Timestamp) {
        if self.schedule != schedule {
            self.next = match self.began {
                None => Some(now),
                Some(_) => schedule.after(now),
            };
        }
        self.schedule = schedule;
    }
}

fn is_near(next: Timestamp, began: Timestamp, interval: SignedDuration) -> bool {
    next.duration_since(began) < interval / 2
}
