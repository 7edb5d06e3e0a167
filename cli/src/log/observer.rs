//! What a walk does, in the log.

use trueup_core::{
    plan::Action,
    progress::{EphemeralOperation, ObjectRef, Observer},
};
use trueup_value::Value;

use super::{Level, Log};

/// Passes everything on and writes it down.
pub(crate) struct Logged<'a> {
    inner: &'a dyn Observer,
    log: &'a Log,
}

impl<'a> Logged<'a> {
    pub(crate) fn new(inner: &'a dyn Observer, log: &'a Log) -> Self {
        Logged { inner, log }
    }

    fn begins(&self, what: &str, subject: ObjectRef<'_>) {
        self.log
            .write(Level::Debug, || format!("{what}: {}", name(subject)));
    }

    fn ended(&self, what: &str, subject: ObjectRef<'_>, failed: bool) {
        let (level, word) = match failed {
            true => (Level::Error, "failed"),
            false => (Level::Debug, "done"),
        };
        self.log
            .write(level, || format!("{what} {word}: {}", name(subject)));
    }
}

fn name(subject: ObjectRef<'_>) -> String {
    match subject.deposed {
        Some(key) => format!("{} (deposed object {key})", subject.address),
        None => subject.address.to_string(),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::NoOp => "no-op",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Delete => "delete",
        Action::Forget => "forget",
        Action::DeleteThenCreate | Action::CreateThenDelete => "replace",
    }
}

fn operation_verb(operation: EphemeralOperation) -> &'static str {
    match operation {
        EphemeralOperation::Open => "open",
        EphemeralOperation::Renew => "renew",
        EphemeralOperation::Close => "close",
    }
}

impl Observer for Logged<'_> {
    fn refresh_started(&self, subject: ObjectRef<'_>, prior: &Value) {
        self.begins("refresh", subject);
        self.inner.refresh_started(subject, prior);
    }

    fn refresh_finished(&self, subject: ObjectRef<'_>, object: Option<&Value>) {
        self.ended("refresh", subject, object.is_none());
        self.inner.refresh_finished(subject, object);
    }

    fn apply_started(&self, subject: ObjectRef<'_>, action: Action, prior: &Value) {
        self.begins(verb(action), subject);
        self.inner.apply_started(subject, action, prior);
    }

    fn apply_finished(&self, subject: ObjectRef<'_>, action: Action, object: Option<&Value>) {
        self.ended(verb(action), subject, object.is_none());
        self.inner.apply_finished(subject, action, object);
    }

    fn provision_started(&self, subject: ObjectRef<'_>, provisioner: &str) {
        self.begins(provisioner, subject);
        self.inner.provision_started(subject, provisioner);
    }

    fn provision_output(&self, subject: ObjectRef<'_>, provisioner: &str, line: &str) {
        self.inner.provision_output(subject, provisioner, line);
    }

    fn provision_finished(&self, subject: ObjectRef<'_>, provisioner: &str, failed: bool) {
        self.ended(provisioner, subject, failed);
        self.inner.provision_finished(subject, provisioner, failed);
    }

    fn import_started(&self, subject: ObjectRef<'_>, id: &str) {
        self.begins("import", subject);
        self.inner.import_started(subject, id);
    }

    fn import_found(&self, subject: ObjectRef<'_>, id: &str) {
        self.ended("import", subject, false);
        self.inner.import_found(subject, id);
    }

    fn import_applied(&self, subject: ObjectRef<'_>, id: &str) {
        self.ended("import into the state", subject, false);
        self.inner.import_applied(subject, id);
    }

    fn ephemeral_started(&self, subject: ObjectRef<'_>, operation: EphemeralOperation) {
        self.begins(operation_verb(operation), subject);
        self.inner.ephemeral_started(subject, operation);
    }

    fn ephemeral_finished(
        &self,
        subject: ObjectRef<'_>,
        operation: EphemeralOperation,
        failed: bool,
    ) {
        self.ended(operation_verb(operation), subject, failed);
        self.inner.ephemeral_finished(subject, operation, failed);
    }
}
