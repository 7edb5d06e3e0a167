//! What a run tells while it goes on, and how it is asked to stop.
//!
//! The walks call an [`Observer`] before and after everything that may take
//! time. They neither print nor look at a clock: how long something took is
//! for the observer to measure.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use trueup_value::{Str, Value};

use crate::{address::AbsResourceInstance, plan::Action};

/// The object something is done to.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'a> {
    /// The instance.
    pub address: &'a AbsResourceInstance,
    /// The key of a deposed object; none for the current one.
    pub deposed: Option<&'a Str>,
}

/// What is done with an ephemeral resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named after what they do")]
pub enum EphemeralOperation {
    Open,
    Renew,
    Close,
}

/// Learns what a run does, as it does it.
///
/// Values carry their marks: what is sensitive must not be shown. All methods
/// do nothing by default.
pub trait Observer: Sync {
    /// An object is about to be read again; `prior` is how it was left.
    fn refresh_started(&self, subject: ObjectRef<'_>, prior: &Value) {
        let _ = (subject, prior);
    }

    /// An object was read again; `None` if that failed, null if it is gone.
    fn refresh_finished(&self, subject: ObjectRef<'_>, object: Option<&Value>) {
        let _ = (subject, object);
    }

    /// An action is about to be taken, or a data source about to be read.
    ///
    /// `action` is one of create, read, update, delete and forget: replacing
    /// is two actions. `prior` is the object there is, null for none.
    fn apply_started(&self, subject: ObjectRef<'_>, action: Action, prior: &Value) {
        let _ = (subject, action, prior);
    }

    /// An action was taken: `object` is what it left, `None` if it failed.
    fn apply_finished(&self, subject: ObjectRef<'_>, action: Action, object: Option<&Value>) {
        let _ = (subject, action, object);
    }

    /// A provisioner is about to run.
    fn provision_started(&self, subject: ObjectRef<'_>, provisioner: &str) {
        let _ = (subject, provisioner);
    }

    /// A provisioner printed a line.
    fn provision_output(&self, subject: ObjectRef<'_>, provisioner: &str, line: &str) {
        let _ = (subject, provisioner, line);
    }

    /// A provisioner has ended.
    fn provision_finished(&self, subject: ObjectRef<'_>, provisioner: &str, failed: bool) {
        let _ = (subject, provisioner, failed);
    }

    /// The object with this ID is about to be looked up, to be imported.
    fn import_started(&self, subject: ObjectRef<'_>, id: &str) {
        let _ = (subject, id);
    }

    /// An object was found for an import that `apply` will finish.
    fn import_found(&self, subject: ObjectRef<'_>, id: &str) {
        let _ = (subject, id);
    }

    /// A planned import is about to be put into the state.
    fn import_applied(&self, subject: ObjectRef<'_>, id: &str) {
        let _ = (subject, id);
    }

    /// Something is about to be done with an ephemeral resource.
    fn ephemeral_started(&self, subject: ObjectRef<'_>, operation: EphemeralOperation) {
        let _ = (subject, operation);
    }

    /// It was done, or failed.
    fn ephemeral_finished(
        &self,
        subject: ObjectRef<'_>,
        operation: EphemeralOperation,
        failed: bool,
    ) {
        let _ = (subject, operation, failed);
    }
}

/// An observer that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// Asks a run to stop: what has begun is finished, nothing else is begun.
/// Clones ask for the same.
#[derive(Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    others: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl Stop {
    /// Asks. There is no way back.
    pub fn request(&self) {
        self.asked.store(true, Ordering::Release);
    }

    /// Whether somebody asked.
    pub fn is_requested(&self) -> bool {
        let others = || self.others.as_ref().is_some_and(|asked| asked());
        self.asked.load(Ordering::Acquire) || others()
    }

    /// The same, for a run that also stops when `asked` says so.
    pub fn or(&self, asked: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let outer = self.clone();
        Stop {
            asked: Arc::default(),
            others: Some(Arc::new(move || outer.is_requested() || asked())),
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_requested()).finish()
    }
}

/// Who watches a run.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told what goes on.
    pub observer: &'a dyn Observer,
    /// Is looked at before something is begun.
    pub stop: Option<&'a Stop>,
}

impl Default for Watch<'_> {
    /// Nobody.
    fn default() -> Self {
        Watch {
            observer: &Silent,
            stop: None,
        }
    }
}

impl Watch<'_> {
    /// Whether nothing more is to be begun.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_some_and(Stop::is_requested)
    }
}

impl<'a> ObjectRef<'a> {
    /// The current object of an instance.
    pub fn current(address: &'a AbsResourceInstance) -> Self {
        ObjectRef {
            address,
            deposed: None,
        }
    }
}
