//! Counting what an apply does.

use std::sync::{Mutex, PoisonError};

use trueup_core::{
    plan::Action,
    progress::{EphemeralOperation, ObjectRef, Observer},
};
use trueup_value::Value;

/// How many objects were imported, created, updated and destroyed, or will be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) imported: usize,
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) destroyed: usize,
}

impl Applied {
    /// Counts one action.
    pub(crate) fn count(&mut self, action: Action) {
        match action {
            Action::Create => self.added += 1,
            Action::Update => self.changed += 1,
            Action::Delete => self.destroyed += 1,
            Action::DeleteThenCreate | Action::CreateThenDelete => {
                self.added += 1;
                self.destroyed += 1;
            }
            Action::NoOp | Action::Read | Action::Forget => {}
        }
    }
}

impl std::ops::Add for Applied {
    type Output = Applied;

    fn add(self, other: Applied) -> Applied {
        Applied {
            imported: self.imported + other.imported,
            added: self.added + other.added,
            changed: self.changed + other.changed,
            destroyed: self.destroyed + other.destroyed,
        }
    }
}

/// Passes everything on and counts what succeeded.
pub(super) struct Counting<'a> {
    inner: &'a dyn Observer,
    counts: Mutex<Applied>,
}

impl<'a> Counting<'a> {
    pub(super) fn new(inner: &'a dyn Observer) -> Self {
        Counting {
            inner,
            counts: Mutex::default(),
        }
    }

    /// What was counted so far.
    pub(super) fn counts(&self) -> Applied {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, count: impl FnOnce(&mut Applied)) {
        count(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Observer for Counting<'_> {
    fn refresh_started(&self, subject: ObjectRef<'_>, prior: &Value) {
        self.inner.refresh_started(subject, prior);
    }

    fn refresh_finished(&self, subject: ObjectRef<'_>, object: Option<&Value>) {
        self.inner.refresh_finished(subject, object);
    }

    fn apply_started(&self, subject: ObjectRef<'_>, action: Action, prior: &Value) {
        self.inner.apply_started(subject, action, prior);
    }

    fn apply_finished(&self, subject: ObjectRef<'_>, action: Action, object: Option<&Value>) {
        if object.is_some() {
            self.count(|counts| counts.count(action));
        }
        self.inner.apply_finished(subject, action, object);
    }

    fn provision_started(&self, subject: ObjectRef<'_>, provisioner: &str) {
        self.inner.provision_started(subject, provisioner);
    }

    fn provision_output(&self, subject: ObjectRef<'_>, provisioner: &str, line: &str) {
        self.inner.provision_output(subject, provisioner, line);
    }

    fn provision_finished(&self, subject: ObjectRef<'_>, provisioner: &str, failed: bool) {
        self.inner.provision_finished(subject, provisioner, failed);
    }

    fn import_started(&self, subject: ObjectRef<'_>, id: &str) {
        self.inner.import_started(subject, id);
    }

    fn import_found(&self, subject: ObjectRef<'_>, id: &str) {
        self.inner.import_found(subject, id);
    }

    fn import_applied(&self, subject: ObjectRef<'_>, id: &str) {
        self.count(|counts| counts.imported += 1);
        self.inner.import_applied(subject, id);
    }

    fn ephemeral_started(&self, subject: ObjectRef<'_>, operation: EphemeralOperation) {
        self.inner.ephemeral_started(subject, operation);
    }

    fn ephemeral_finished(
        &self,
        subject: ObjectRef<'_>,
        operation: EphemeralOperation,
        failed: bool,
    ) {
        self.inner.ephemeral_finished(subject, operation, failed);
    }
}
