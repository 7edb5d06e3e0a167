//! Intents and outcomes on their way to the journal.
//!
//! Records that are due at the same time are made durable together: an action
//! waits until its intent is on the disk, and the walk writes whenever nothing
//! can go on without. Actions that happen in the state alone need not wait:
//! one whose records are lost never happened.

use std::{
    cell::{Cell, RefCell},
    task::{Poll, Waker},
};

use trueup_state::journal::{Intent, Journal, Outcome, Record, Sequence};

/// The records of a run.
pub(super) struct Ledger<'a> {
    journal: Option<&'a Journal>,
    next: Cell<u64>,
    pending: RefCell<Vec<Record>>,
    waiting: RefCell<Vec<Waker>>,
    /// How often was written.
    rounds: Cell<u64>,
    /// Why no action may be taken any more.
    broken: RefCell<Option<String>>,
    /// Outcomes that could not be written and wait for another try.
    unwritten: RefCell<Vec<Record>>,
}

impl<'a> Ledger<'a> {
    /// Records go to `journal`; without one they are dropped.
    pub(super) fn new(journal: Option<&'a Journal>) -> Self {
        Ledger {
            journal,
            next: Cell::new(journal.map_or(0, |journal| journal.next().0)),
            pending: RefCell::default(),
            waiting: RefCell::default(),
            rounds: Cell::new(0),
            broken: RefCell::default(),
            unwritten: RefCell::default(),
        }
    }

    /// Records that an action is about to be taken, and waits until that is
    /// on the disk, if it leaves `traces` elsewhere. The error is why it could
    /// not be: the action must not be taken then. The ledger numbers the
    /// intent.
    pub(super) async fn intent(
        &self,
        mut intent: Intent,
        traces: bool,
    ) -> Result<Sequence, String> {
        let sequence = Sequence(self.next.get());
        self.next.set(sequence.0 + 1);
        if self.journal.is_none() {
            return Ok(sequence);
        }
        if let Some(error) = self.broken() {
            return Err(error);
        }
        intent.sequence = sequence;
        let round = self.rounds.get();
        self.record(Record::Intent(intent));
        if traces {
            self.written_after(round).await;
        }
        self.broken().map_or(Ok(sequence), Err)
    }

    /// Waits until all that was recorded is on the disk. The error is why it
    /// could not be written.
    pub(super) async fn settled(&self) -> Result<(), String> {
        if self.journal.is_some() && !self.pending.borrow().is_empty() {
            self.written_after(self.rounds.get()).await;
        }
        self.broken().map_or(Ok(()), Err)
    }

    /// Waits until was written once more after `round`.
    async fn written_after(&self, round: u64) {
        std::future::poll_fn(|context| {
            if self.rounds.get() > round {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Records what came of an action.
    pub(super) fn outcome(&self, outcome: Outcome) {
        if self.journal.is_some() {
            self.record(Record::Outcome(Box::new(outcome)));
        }
    }

    /// Adds a record to what is due, which is written before it is too much.
    fn record(&self, record: Record) {
        const MANY: usize = 1024;
        let due = {
            let mut pending = self.pending.borrow_mut();
            pending.push(record);
            pending.len()
        };
        if due >= MANY {
            self.flush();
        }
    }

    /// Writes what is due; false if nothing was. What cannot be written is
    /// kept for the next time, but for intents: those have failed.
    pub(super) fn flush(&self) -> bool {
        let due = std::mem::take(&mut *self.pending.borrow_mut());
        let Some(journal) = self.journal.filter(|_| !due.is_empty()) else {
            return false;
        };
        let mut records = self.unwritten.take();
        records.extend(due);
        if let Err(error) = journal.append_all(&records) {
            records.retain(|record| matches!(record, Record::Outcome(_)));
            *self.unwritten.borrow_mut() = records;
            *self.broken.borrow_mut() = Some(error.to_string());
        }
        self.rounds.set(self.rounds.get() + 1);
        for waker in self.waiting.take() {
            waker.wake();
        }
        true
    }

    /// Why the journal could not be written, if it could not.
    pub(super) fn broken(&self) -> Option<String> {
        self.broken.borrow().clone()
    }
}
