//! Knows what is running, and since when.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use trueup_core::{
    plan::Action,
    progress::{EphemeralOperation, ObjectRef, Observer},
};
use trueup_value::Value;

use super::{
    event::{Event, Object, Operation, Seconds, What},
    identifier::Identifier,
};

/// How often is said that something still runs.
const PERIOD: Duration = Duration::from_secs(10);

/// How often sinks look at what is running.
const TICK: Duration = Duration::from_secs(1);

/// Shows events.
pub(in crate::operation) trait Sink: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event<'_>);

    /// Some time went by.
    fn tick(&self, running: &[Running]) {
        let _ = running;
    }
}

/// Something that takes time.
#[derive(Clone, Debug)]
pub(in crate::operation) struct Running {
    pub(super) object: Object,
    pub(super) operation: Operation,
    identifier: Option<Identifier>,
    since: Instant,
    /// How often was said that it still runs.
    told: u32,
}

impl Running {
    pub(super) fn elapsed(&self) -> Seconds {
        Seconds::of(self.since.elapsed())
    }
}

/// Observes a run for a sink.
pub(in crate::operation) struct Tracker<S: Sink + 'static> {
    shared: Arc<Shared<S>>,
    ticker: Mutex<Option<JoinHandle<()>>>,
}

struct Shared<S> {
    sink: S,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: Vec<Running>,
    over: bool,
}

impl<S: Sink + 'static> Tracker<S> {
    pub(in crate::operation) fn new(sink: S) -> Self {
        let shared = Shared {
            sink,
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        Tracker {
            shared: Arc::new(shared),
            ticker: Mutex::default(),
        }
    }

    /// What shows the events.
    pub(in crate::operation) fn sink(&self) -> &S {
        &self.shared.sink
    }

    fn tell(&self, object: &Object, what: What<'_>) {
        self.shared.sink.event(&Event { object, what });
    }

    fn start(&self, object: ObjectRef<'_>, operation: Operation, prior: Option<&Value>) {
        let object = Object::new(object);
        let identifier = prior.and_then(Identifier::or_name);
        self.tell(&object, What::Started(operation, identifier.as_ref()));
        let running = Running {
            object,
            operation,
            identifier,
            since: Instant::now(),
            told: 0,
        };
        self.shared.lock().running.push(running);
        self.shared.changed.notify_all();
        let mut ticker = self.ticker.lock().unwrap_or_else(PoisonError::into_inner);
        if ticker.is_none() {
            let shared = Arc::clone(&self.shared);
            *ticker = Some(std::thread::spawn(move || shared.watch()));
        }
    }

    /// Ends what is running; how long it took.
    fn end(&self, object: &Object, operation: Operation) -> Seconds {
        let mut state = self.shared.lock();
        let running = &mut state.running;
        let found = running
            .iter()
            .position(|r| r.operation == operation && r.object == *object);
        found.map_or(Seconds(0), |at| running.remove(at).elapsed())
    }
}

impl<S: Sink> Shared<S> {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what still runs until the run is over.
    fn watch(&self) {
        let mut state = self.lock();
        while !state.over {
            state = match state.running.is_empty() {
                true => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                false => {
                    let waited = self.changed.wait_timeout(state, TICK);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            for running in &mut state.running {
                if running.since.elapsed() < PERIOD * (running.told + 1) {
                    continue;
                }
                running.told += 1;
                let identifier = running.identifier.as_ref();
                self.sink.event(&Event {
                    object: &running.object,
                    what: What::Still(running.operation, identifier, running.elapsed()),
                });
            }
            self.sink.tick(&state.running);
        }
    }
}

impl<S: Sink + 'static> Drop for Tracker<S> {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
        let ticker = self
            .ticker
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(ticker) = ticker.take() {
            drop(ticker.join());
        }
    }
}

impl<S: Sink + 'static> Observer for Tracker<S> {
    fn refresh_started(&self, object: ObjectRef<'_>, prior: &Value) {
        let identifier = Identifier::of(prior);
        let what = What::RefreshStarted(identifier.as_ref());
        self.tell(&Object::new(object), what);
    }

    fn refresh_finished(&self, object: ObjectRef<'_>, found: Option<&Value>) {
        let Some(found) = found else {
            return;
        };
        let identifier = Identifier::of(found);
        let what = What::RefreshFinished(identifier.as_ref());
        self.tell(&Object::new(object), what);
    }

    fn apply_started(&self, object: ObjectRef<'_>, action: Action, prior: &Value) {
        if let Some(operation) = Operation::of(action) {
            self.start(object, operation, Some(prior));
        }
    }

    fn apply_finished(&self, object: ObjectRef<'_>, action: Action, now: Option<&Value>) {
        let Some(operation) = Operation::of(action) else {
            return;
        };
        let object = Object::new(object);
        let elapsed = self.end(&object, operation);
        let identifier = now.and_then(Identifier::of);
        let what = match now {
            Some(_) => What::Finished(operation, identifier.as_ref(), elapsed),
            None => What::Failed(operation, elapsed),
        };
        self.tell(&object, what);
    }

    fn provision_started(&self, object: ObjectRef<'_>, provisioner: &str) {
        self.tell(&Object::new(object), What::ProvisionStarted(provisioner));
    }

    fn provision_output(&self, object: ObjectRef<'_>, provisioner: &str, line: &str) {
        let line = line.trim_end();
        if !line.is_empty() {
            let what = What::ProvisionOutput(provisioner, line);
            self.tell(&Object::new(object), what);
        }
    }

    fn provision_finished(&self, object: ObjectRef<'_>, provisioner: &str, failed: bool) {
        let what = match failed {
            true => What::ProvisionFailed(provisioner),
            false => What::ProvisionFinished(provisioner),
        };
        self.tell(&Object::new(object), what);
    }

    fn import_started(&self, object: ObjectRef<'_>, id: &str) {
        self.tell(&Object::new(object), What::ImportStarted(id));
    }

    fn import_applied(&self, object: ObjectRef<'_>, id: &str) {
        self.tell(&Object::new(object), What::ImportApplied(id));
    }

    fn ephemeral_started(&self, object: ObjectRef<'_>, operation: EphemeralOperation) {
        self.start(object, operation.into(), None);
    }

    fn ephemeral_finished(
        &self,
        object: ObjectRef<'_>,
        operation: EphemeralOperation,
        failed: bool,
    ) {
        let (object, operation) = (Object::new(object), operation.into());
        let elapsed = self.end(&object, operation);
        let what = match failed {
            true => What::Failed(operation, elapsed),
            false => What::Finished(operation, None, elapsed),
        };
        self.tell(&object, what);
    }
}
