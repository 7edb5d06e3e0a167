//! What an interrupted run left, and the journal of this one.

use std::path::Path;

use trueup_core::recover::{Recovered, notices, unanswered};
use trueup_state::{
    BackendError, Snapshot, StateFile, StateStore,
    journal::{self, Begin, Journal, Reconciled},
};
use trueup_syntax::{Diagnostics, SourceMap};

use super::{clock, error, session::Session};
use crate::{
    commands::{Context, version::TERRAFORM_VERSION},
    error::CommandError,
};

/// A state as it is known to be. A journal that cannot be used is said and
/// left alone: whoever only reads shall see what there is.
///
/// # Errors
/// If the state cannot be used.
pub(super) fn read(
    store: &dyn StateStore,
    context: &Context<'_>,
) -> Result<Option<Snapshot>, CommandError> {
    let problem = match journal::open(store) {
        Ok(opened) => {
            let reconciled = opened.leftover.and_then(|leftover| leftover.reconciled);
            return Ok(match reconciled {
                Some(reconciled) => {
                    show(&warnings(&reconciled), context);
                    let untouched = opened.snapshot.is_none() && !reconciled.changed;
                    (!untouched).then_some(reconciled.snapshot)
                }
                None => opened.snapshot,
            });
        }
        Err(problem) => problem,
    };
    match problem {
        BackendError::Journal(_) | BackendError::Reconcile { .. } => {
            let snapshot = store.read().map_err(|problem| error::backend(&problem))?;
            if let Some((summary, detail)) = error::backend(&problem).message() {
                let severity = trueup_syntax::Severity::Warning;
                let warning = trueup_syntax::Diagnostic::without_place(severity, summary, detail);
                show(&Diagnostics(vec![warning]), context);
            }
            Ok(snapshot)
        }
        problem => Err(error::backend(&problem)),
    }
}

fn warnings(reconciled: &Reconciled) -> Diagnostics {
    let mut found = notices(&reconciled.notices);
    found.extend(unanswered(&reconciled.open));
    found
}

fn show(found: &Diagnostics, context: &Context<'_>) {
    context.ui.diagnostics(found, &SourceMap::default());
}

impl Session {
    /// What is known after an interrupted run; none if none was.
    pub(crate) fn interrupted(&self) -> Option<Reconciled> {
        self.leftover.as_ref()?.reconciled.clone()
    }

    /// Makes what was recovered the state, and writes it. Without an
    /// interrupted run nothing is done.
    ///
    /// # Errors
    /// What the backend answers.
    pub(crate) fn settle(&mut self, recovered: Option<Recovered>) -> Result<(), CommandError> {
        let Some(leftover) = self.leftover.take() else {
            return Ok(());
        };
        let previous = self.previous.clone();
        let changed = recovered.as_ref().is_some_and(|r| r.changed);
        if let Some(recovered) = recovered {
            self.assume(recovered);
        }
        if let Some(snapshot) = &mut self.previous {
            TERRAFORM_VERSION.clone_into(&mut snapshot.terraform_version);
            snapshot.normalize();
        }
        let snapshot = self.previous.as_ref().filter(|_| changed);
        let (store, open) = (&mut self.store, &self.open);
        journal::settle(store, &leftover.replay, previous.as_ref(), snapshot, open)
            .map_err(|problem| error::backend(&problem))
    }

    /// Goes on from what was recovered without writing it.
    pub(crate) fn assume(&mut self, recovered: Recovered) {
        let Recovered { mut snapshot, .. } = recovered;
        self.lineage = Some(snapshot.lineage.clone());
        self.open = recovered.open;
        if recovered.changed {
            snapshot.succeed(self.previous.as_ref());
            self.previous = Some(snapshot);
        }
    }

    /// The same as [`Session::settle`] without asking anybody: what is open
    /// stays open.
    pub(super) fn settled(mut self, context: &Context<'_>) -> Result<Self, CommandError> {
        let recovered = self.interrupted().map(|reconciled| {
            show(&warnings(&reconciled), context);
            Recovered {
                snapshot: reconciled.snapshot,
                changed: reconciled.changed,
                open: reconciled.open,
                diagnostics: Diagnostics::default(),
            }
        });
        self.settle(recovered)?;
        Ok(self)
    }

    /// Begins the journal of a run that leads to a state of this lineage.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn begin(
        &mut self,
        operation: &str,
        lineage: &str,
    ) -> Result<Journal, CommandError> {
        let begin = Begin {
            lineage: lineage.to_owned(),
            serial: 0,
            checksum: 0,
            operation: operation.to_owned(),
            started: clock::now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let (store, open) = (&mut self.store, &self.open);
        journal::begin(store, begin, self.previous.as_ref(), open)
            .map_err(|problem| error::backend(&problem))
    }

    /// Writes the successor of the state that was read in the place of the
    /// journal, and returns it.
    ///
    /// # Errors
    /// What the backend answers; the state is in `errored.tfstate` then.
    pub(crate) fn compact(
        &mut self,
        journal: Journal,
        mut snapshot: Snapshot,
        context: &Context<'_>,
    ) -> Result<Snapshot, CommandError> {
        snapshot.succeed(self.previous.as_ref());
        let previous = self.prepare(&mut snapshot);
        let (store, open) = (&mut self.store, &self.open);
        match journal::compact(store, journal, &snapshot, previous.as_ref(), open) {
            Ok(open) => {
                self.open = open;
                self.previous = Some(snapshot.clone());
                Ok(snapshot)
            }
            Err(problem) => Err(last_resort(&snapshot, &problem, context)),
        }
    }
}

/// Keeps a state that could not be written where it belongs.
fn last_resort(snapshot: &Snapshot, problem: &BackendError, context: &Context<'_>) -> CommandError {
    const FILE: &str = "errored.tfstate";
    let said = error::backend(problem).message();
    let (summary, detail) = said.unwrap_or_default();
    context.ui.error(&CommandError::usage(summary, detail));
    // Past whatever keeps the backend from being written.
    let file = StateFile::new(context.environment.place(Path::new(FILE)));
    match file.write(snapshot) {
        Ok(()) => CommandError::usage(
            "Failed to persist state to backend",
            format!(
                "The state could not be written where it belongs, for the reason above. To prevent loss of data, it has been written to the file \"{FILE}\" in the current working directory. Once the reason is gone, the next plan or apply recovers it from the journal; without the journal, \"trueup state push {FILE}\" writes it."
            ),
        ),
        Err(second) => {
            let mut text = Vec::new();
            // Nothing can fail when writing to memory.
            drop(snapshot.write(&mut text));
            context.ui.complain(&String::from_utf8_lossy(&text));
            CommandError::usage(
                "Failed to create local state file",
                format!(
                    "The state could not be written where it belongs, nor to a file in the current working directory: {second}. It has been printed above, as the last resort. To keep it, copy it into a file and run \"trueup state push FILE\" once the reason is gone."
                ),
            )
        }
    }
}
