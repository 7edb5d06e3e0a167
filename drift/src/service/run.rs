//! The service in the world: threads that check and send, and a clock that passes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError, RwLock,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;

use super::{Checked, Deed, Finding, Input, Line, Order, Service, Status};
use crate::{
    history::Verdict,
    notify::{Answer, Courier, Outgoing, Refusal},
    report::{Outcome, Problem, Report},
};

/// Checks stacks. It is called from many threads, never for one stack at a time
/// twice.
pub trait Checker: Send + Sync {
    /// Checks a stack, and repairs it as far as the order allows. What goes wrong
    /// is part of what was found.
    fn check(&self, order: &Order) -> Checked;
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;
}

/// What the service reaches of the world.
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whoever checks.
    pub checker: Arc<dyn Checker>,
    /// Whoever sends.
    pub courier: Arc<dyn Courier>,
    /// Where lines go.
    pub say: Box<dyn FnMut(&Line)>,
    /// How big the stacks of threads that check are, in bytes.
    pub stack_size: usize,
}

/// Where others see how everything is.
#[derive(Clone, Debug)]
pub struct Board(Arc<RwLock<Arc<Status>>>);

/// A clock that was moved is noticed within this time.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl Board {
    /// A board that shows a status.
    pub fn new(status: Status) -> Self {
        Board(Arc::new(RwLock::new(Arc::new(status))))
    }

    /// What it shows.
    pub fn read(&self) -> Arc<Status> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn show(&self, status: Status) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(status);
    }
}

/// Runs a service until it ends; `inbox` is what `sender` sends to. Returns the
/// worst verdict of the last checks.
pub fn run(
    mut service: Service,
    mut world: World,
    inbox: &Receiver<Input>,
    sender: &Sender<Input>,
    board: &Board,
) -> Verdict {
    let mut input = Input::Tick;
    loop {
        let is_news = !matches!(input, Input::Tick);
        let deeds = service.take(input, world.clock.now());
        if is_news || !deeds.is_empty() {
            board.show(service.status());
        }
        for deed in deeds {
            match deed {
                Deed::Check(order) => check(order, &world, sender),
                Deed::Send(message) => send(message, &world, sender),
                Deed::Say(line) => (world.say)(&line),
                Deed::End => return service.worst(),
            }
        }
        let wake = service.wake();
        input = match inbox.recv_timeout(pause(wake, world.clock.now())) {
            Ok(input) => input,
            Err(RecvTimeoutError::Timeout) => Input::Tick,
            Err(RecvTimeoutError::Disconnected) => Input::Stop,
        };
    }
}

fn pause(wake: Option<Timestamp>, now: Timestamp) -> Duration {
    let Some(wake) = wake else {
        return LONGEST_WAIT;
    };
    let until = wake.duration_since(now);
    Duration::try_from(until)
        .unwrap_or_default()
        .min(LONGEST_WAIT)
}

fn check(order: Order, world: &World, sender: &Sender<Input>) {
    let stack = order.stack.name.clone();
    let (checker, answer) = (Arc::clone(&world.checker), sender.clone());
    let name = stack.clone();
    let begun = thread::Builder::new()
        .name("check".to_owned())
        .stack_size(world.stack_size)
        .spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| checker.check(&order)));
            let checked = outcome.unwrap_or_else(|_| {
                failed(
                    &name,
                    "A fault of trueup itself",
                    "The check ended in a panic. The other stacks are checked as before.",
                )
            });
            // Nobody is there to hear of it once the service has ended.
            drop(answer.send(Input::Finished {
                stack: name,
                checked,
            }));
        });
    if let Err(error) = begun {
        let checked = failed(&stack, "No thread could be started", &error.to_string());
        drop(sender.send(Input::Finished { stack, checked }));
    }
}

fn failed(stack: &str, summary: &str, detail: &str) -> Checked {
    let problem = Problem {
        summary: summary.to_owned(),
        detail: detail.to_owned(),
    };
    let report = Report::new(stack, Outcome::Failed(vec![problem]));
    Checked::Done(Box::new(Finding::from(report)))
}

fn send(message: Outgoing, world: &World, sender: &Sender<Input>) {
    let (courier, answer) = (Arc::clone(&world.courier), sender.clone());
    let (target, key) = (message.target.clone(), message.key.clone());
    let answered = move |answer| Input::Answered {
        target,
        key,
        answer,
    };
    let refused = |reason: String| {
        Answer::Refused(Refusal {
            reason,
            just_this: false,
        })
    };
    let again = answered.clone();
    let begun = thread::Builder::new()
        .name("notify".to_owned())
        .spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| courier.deliver(&message)));
            let outcome =
                outcome.unwrap_or_else(|_| refused("a fault of trueup itself".to_owned()));
            drop(answer.send(answered(outcome)));
        });
    if let Err(error) = begun {
        drop(sender.send(again(refused(error.to_string()))));
    }
}
