//! Ephemeral resources: opened when they are needed, renewed while the run
//! goes on, closed when it is through. Their values are in no plan and no state.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use futures_util::stream::{FuturesUnordered, StreamExt};
use trueup_sdk::{Configured, Problem, Renewed, world::Clock};
use trueup_syntax::Diagnostics;
use trueup_value::{Marks, Value};

use crate::{
    address::AbsResourceInstance,
    evaluate::View,
    plan::with_unknown,
    progress::{EphemeralOperation, ObjectRef, Watch},
    run::{ResourceContext, without_place},
};

/// However soon a provider wants one renewed again.
const AT_LEAST: Duration = Duration::from_secs(1);

/// The ephemeral resources of a walk.
pub(crate) struct Ephemerals<'a> {
    watch: Watch<'a>,
    /// Nothing is renewed without one.
    clock: Option<Arc<dyn Clock>>,
    open: RefCell<Vec<Rc<Open>>>,
    renewals: RefCell<FuturesUnordered<Step>>,
}

type Step = Pin<Box<dyn Future<Output = Event>>>;

/// What happens while one is kept open.
enum Event {
    /// It is time to renew it.
    Due(Rc<Open>),
    /// That was done, with what there was to know of it before.
    Renewed(Rc<Open>, Vec<u8>, Result<Renewed, Vec<Problem>>),
}

/// One that is open.
struct Open {
    address: AbsResourceInstance,
    provider: Arc<dyn Configured>,
    private: RefCell<Vec<u8>>,
    renewing: Cell<bool>,
    /// What renewing it led to.
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Ephemerals<'a> {
    pub(crate) fn new(watch: Watch<'a>, clock: Option<Arc<dyn Clock>>) -> Self {
        Ephemerals {
            watch,
            clock,
            open: RefCell::default(),
            renewals: RefCell::default(),
        }
    }

    /// Opens an instance. What it yields is ephemeral as a whole; it is
    /// unknown where the configuration is not known yet.
    pub(crate) async fn open(
        &self,
        context: &ResourceContext<'_>,
        provider: &Arc<dyn Configured>,
        view: View<'_>,
        address: &AbsResourceInstance,
    ) -> (Option<Value>, Diagnostics) {
        let name = address.to_string();
        let (config, mut diagnostics) = context.decode(&view);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let (config, marks) = config.unmark_deep_with_paths();
        let kind = context.config.address.kind.as_str();
        let problems = context.provider.validate_ephemeral(kind, &config);
        context.report(problems, &name, &mut diagnostics);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let block = &context.schema.block;
        // What is ephemeral is hidden like what is sensitive, and only what is
        // written, never stored, can take it: as in Terraform no path in a
        // state comes from here.
        let marked = |value: Value| value.mark_with_paths(&marks).with_marks(Marks::EPHEMERAL);
        if !config.is_wholly_known() {
            return (Some(marked(with_unknown(block, &config))), diagnostics);
        }
        let subject = ObjectRef::current(address);
        let observer = self.watch.observer;
        observer.ephemeral_started(subject, EphemeralOperation::Open);
        let opened = provider.open_ephemeral(kind, &config).await;
        observer.ephemeral_finished(subject, EphemeralOperation::Open, opened.is_err());
        match opened {
            Ok(opened) => {
                let open = Rc::new(Open {
                    address: address.clone(),
                    provider: Arc::clone(provider),
                    private: RefCell::new(opened.private),
                    renewing: Cell::default(),
                    problems: RefCell::default(),
                });
                let first = self.wait(Rc::clone(&open), opened.renew_at);
                self.renewals.borrow_mut().extend(first);
                self.open.borrow_mut().push(open);
                (Some(marked(opened.value)), diagnostics)
            }
            Err(problems) => {
                context.report(problems, &name, &mut diagnostics);
                (None, diagnostics)
            }
        }
    }

    /// Waits until one has to be renewed, if ever.
    fn wait(&self, open: Rc<Open>, at: Option<SystemTime>) -> Option<Step> {
        let (clock, due) = (self.clock.clone()?, at?);
        let wait = due.duration_since(clock.now()).unwrap_or_default();
        let sleep = clock.sleep(wait.max(AT_LEAST));
        Some(Box::pin(async move {
            sleep.await;
            Event::Due(open)
        }))
    }

    /// Goes on with what is being renewed. To be called whenever nothing else
    /// can go on.
    pub(crate) fn renew(&self, context: &mut Context<'_>) {
        let mut renewals = self.renewals.borrow_mut();
        while let Poll::Ready(Some(event)) = renewals.poll_next_unpin(context) {
            renewals.extend(self.follow(event));
        }
    }

    /// What comes after an event. After an error it is not tried again: what
    /// uses the resource will say what that means.
    fn follow(&self, event: Event) -> Option<Step> {
        let operation = EphemeralOperation::Renew;
        let observer = self.watch.observer;
        match event {
            Event::Due(open) => {
                observer.ephemeral_started(ObjectRef::current(&open.address), operation);
                open.renewing.set(true);
                let private = open.private.take();
                Some(Box::pin(async move {
                    let provider = Arc::clone(&open.provider);
                    let renewed = provider.renew_ephemeral(open.kind(), &private).await;
                    Event::Renewed(open, private, renewed)
                }))
            }
            Event::Renewed(open, private, renewed) => {
                let subject = ObjectRef::current(&open.address);
                observer.ephemeral_finished(subject, operation, renewed.is_err());
                open.renewing.set(false);
                match renewed {
                    Ok(renewed) => {
                        open.private.replace(renewed.private);
                        self.wait(open, renewed.renew_at)
                    }
                    Err(problems) => {
                        open.private.replace(private);
                        open.problems.borrow_mut().extend(problems);
                        None
                    }
                }
            }
        }
    }

    /// Does something else, while what is due is renewed.
    pub(crate) async fn beside<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| {
            let polled = work.as_mut().poll(context);
            if polled.is_pending() {
                self.renew(context);
            }
            polled
        })
        .await
    }

    /// Closes all that is open, the last first. What is just being renewed is
    /// waited for.
    pub(crate) async fn close(&self) -> Diagnostics {
        let open = self.open.take();
        poll_fn(|context| {
            self.renew(context);
            match open.iter().any(|open| open.renewing.get()) {
                true => Poll::Pending,
                false => Poll::Ready(()),
            }
        })
        .await;
        drop(self.renewals.take());
        let mut diagnostics = Diagnostics::default();
        for open in open.into_iter().rev() {
            let problems = open.close(self.watch).await;
            let found = problems.into_iter().map(without_place);
            diagnostics.0.extend(found.map(|mut diagnostic| {
                diagnostic.address = Some(open.address.to_string());
                diagnostic
            }));
        }
        diagnostics
    }
}

impl Open {
    fn kind(&self) -> &str {
        self.address.resource.resource.kind.as_str()
    }

    /// Closes it; returns what there is to say of that and of its renewals.
    async fn close(&self, watch: Watch<'_>) -> Vec<Problem> {
        let subject = ObjectRef::current(&self.address);
        let operation = EphemeralOperation::Close;
        let private = self.private.take();
        watch.observer.ephemeral_started(subject, operation);
        let found = self.provider.close_ephemeral(self.kind(), &private).await;
        let failed = found.iter().any(Problem::is_error);
        watch
            .observer
            .ephemeral_finished(subject, operation, failed);
        let mut problems = self.problems.take();
        problems.extend(found);
        problems
    }
}
