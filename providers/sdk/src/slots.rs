//! How much may be done at once. What only waits for time to pass holds
//! nothing up.
//!
//! A slot is an operation's, not that of one of its calls: an operation that
//! waits in several places has one slot to put aside and one to take again, so
//! that it never waits for itself.

use std::{
    collections::HashSet,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use pin_project_lite::pin_project;

use crate::{Answer, world::Clock};

/// The slots of a run: each operation takes one, and puts it aside while it
/// only waits.
#[derive(Debug, Default)]
pub struct Slots(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    limit: usize,
    taken: usize,
    /// The operation that is being worked on.
    current: Option<u64>,
    /// Operations that wait and have put their slot aside.
    away: HashSet<u64>,
    /// Where operations have waited and want a slot again.
    returning: Vec<Return>,
    next: u64,
    /// The first number of the run: earlier ones have no slot in it.
    first: u64,
    /// Who wants to know of a slot that comes free.
    watcher: Option<Waker>,
}

/// A place where an operation goes on once it has a slot.
#[derive(Debug)]
struct Return {
    place: u64,
    operation: u64,
    waker: Waker,
}

/// A slot that is taken. It is free again when this is dropped.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    number: u64,
}

pin_project! {
    /// An operation in its slot.
    pub struct Operation<F> {
        slot: Slot,
        #[pin]
        work: F,
    }
}

/// An operation without its slot.
struct Away<'a> {
    slots: &'a Slots,
    place: u64,
    operation: u64,
}

impl Slots {
    /// Begins a run in which `limit` operations may work at once.
    pub fn open(&self, limit: usize) {
        let mut inner = self.lock();
        *inner = Inner {
            limit: limit.max(1),
            next: inner.next,
            first: inner.next,
            ..Inner::default()
        };
    }

    /// Takes a slot for a new operation, if there is one that nobody who has
    /// waited wants.
    pub fn take(self: &Arc<Self>) -> Option<Slot> {
        let mut inner = self.lock();
        if !inner.is_free() {
            return None;
        }
        inner.taken += 1;
        Some(Slot {
            slots: Arc::clone(self),
            number: inner.number(),
        })
    }

    /// Whether [`Slots::take`] would find one.
    pub fn is_free(&self) -> bool {
        self.lock().is_free()
    }

    /// Lets `waker` know when a slot comes free.
    pub fn watch(&self, waker: &Waker) {
        let mut inner = self.lock();
        match &inner.watcher {
            Some(known) if known.will_wake(waker) => {}
            _ => inner.watcher = Some(waker.clone()),
        }
    }

    /// Waits for something that is no work, such as time to pass, without the
    /// slot of the operation that waits. Outside of one it only waits.
    pub async fn aside<F: Future>(&self, wait: F) -> F::Output {
        let away = self.leave();
        let output = wait.await;
        if let Some(away) = away {
            away.come_back().await;
        }
        output
    }

    fn leave(&self) -> Option<Away<'_>> {
        let mut inner = self.lock();
        let operation = inner.current?;
        if inner.away.insert(operation) {
            inner.free();
        }
        Some(Away {
            slots: self,
            place: inner.number(),
            operation,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    fn is_free(&self) -> bool {
        self.taken < self.limit && self.returning.is_empty()
    }

    fn free(&mut self) {
        self.taken = self.taken.saturating_sub(1);
        self.wake();
    }

    /// Wakes who is to have the next slot, if there is one.
    fn wake(&self) {
        if self.taken >= self.limit {
            return;
        }
        let waiting = self.returning.first().map(|one| &one.waker);
        if let Some(waker) = waiting.or(self.watcher.as_ref()) {
            waker.wake_by_ref();
        }
    }

    /// Gives an operation its slot back, and lets it go on wherever it waits
    /// for that.
    fn take_back(&mut self, operation: u64) {
        self.away.remove(&operation);
        self.taken += 1;
        for one in self
            .returning
            .iter()
            .filter(|one| one.operation == operation)
        {
            one.waker.wake_by_ref();
        }
        self.returning.retain(|one| one.operation != operation);
        self.wake();
    }
}

impl Slot {
    /// The operation this slot was taken for. The slot is free again when it
    /// has ended.
    pub fn hold<F>(self, work: F) -> Operation<F> {
        Operation { slot: self, work }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut inner = self.slots.lock();
        inner.returning.retain(|one| one.operation != self.number);
        if !inner.away.remove(&self.number) && self.number >= inner.first {
            inner.free();
        }
    }
}

impl<F: Future> Future for Operation<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.slot.slots.lock().current = Some(this.slot.number);
        let polled = this.work.poll(context);
        this.slot.slots.lock().current = None;
        polled
    }
}

impl Away<'_> {
    /// Takes a slot again; who has waited comes before what is new.
    async fn come_back(self) {
        poll_fn(|context| {
            let mut inner = self.slots.lock();
            if !inner.away.contains(&self.operation) {
                return Poll::Ready(());
            }
            let first = inner.returning.first();
            let first = first.is_none_or(|one| one.operation == self.operation);
            if first && inner.taken < inner.limit {
                inner.take_back(self.operation);
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            let mut returning = inner.returning.iter_mut();
            match returning.find(|one| one.place == self.place) {
                Some(known) => known.waker = waker,
                None => inner.returning.push(Return {
                    place: self.place,
                    operation: self.operation,
                    waker,
                }),
            }
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Away<'_> {
    /// Who stops waiting goes on at once, even where that is one too many.
    fn drop(&mut self) {
        let mut inner = self.slots.lock();
        if inner.away.contains(&self.operation) {
            inner.take_back(self.operation);
        }
    }
}

/// A clock on which nobody sleeps in a slot.
pub struct SlotClock {
    clock: Arc<dyn Clock>,
    slots: Arc<Slots>,
}

impl SlotClock {
    /// The time of `clock`; who sleeps puts its slot aside.
    pub fn new(clock: Arc<dyn Clock>, slots: Arc<Slots>) -> Self {
        SlotClock { clock, slots }
    }
}

impl Clock for SlotClock {
    fn now(&self) -> SystemTime {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        let (slots, sleep) = (Arc::clone(&self.slots), self.clock.sleep(duration));
        Box::pin(async move { slots.aside(sleep).await })
    }

    fn deadline(&self, duration: Duration) -> Answer<'static, ()> {
        self.clock.deadline(duration)
    }
}

#[cfg(test)]
mod tests {
    use futures_channel::oneshot;
    use futures_util::future::join_all;

    use super::*;

    /// Polls once.
    fn turn<F: Future>(work: Pin<&mut F>) -> Poll<F::Output> {
        work.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn one_at_a_time() -> Arc<Slots> {
        let slots = Arc::new(Slots::default());
        slots.open(1);
        slots
    }

    struct Never;

    impl Clock for Never {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, _: Duration) -> Answer<'static, ()> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn who_waits_for_a_deadline_is_at_work() {
        let slots = one_at_a_time();
        let clock = SlotClock::new(Arc::new(Never), Arc::clone(&slots));
        let slot = slots.take().unwrap();
        let mut working = Box::pin(slot.hold(clock.deadline(Duration::from_secs(1))));
        assert!(turn(working.as_mut()).is_pending());
        assert!(slots.take().is_none());
        drop(working);
        let slot = slots.take().unwrap();
        let mut waiting = Box::pin(slot.hold(clock.sleep(Duration::from_secs(1))));
        assert!(turn(waiting.as_mut()).is_pending());
        assert!(slots.take().is_some());
    }

    #[test]
    fn who_waits_leaves_room_and_comes_back_first() {
        let slots = one_at_a_time();
        let slot = slots.take().unwrap();
        assert!(slots.take().is_none());
        let (wake, sleep) = oneshot::channel::<()>();
        let mut waiting = Box::pin(slot.hold(slots.aside(sleep)));
        assert!(turn(waiting.as_mut()).is_pending());
        let other = slots.take().unwrap();
        wake.send(()).unwrap();
        assert!(turn(waiting.as_mut()).is_pending());
        drop(other);
        assert!(slots.take().is_none(), "somebody wants to come back");
        assert!(turn(waiting.as_mut()).is_ready());
        assert!(slots.take().is_none());
        drop(waiting);
        assert!(slots.take().is_some());
    }

    #[test]
    fn who_waits_in_two_places_never_waits_for_itself() {
        let slots = one_at_a_time();
        let slot = slots.take().unwrap();
        let (wakes, sleeps): (Vec<_>, Vec<_>) = (0..2).map(|_| oneshot::channel::<()>()).unzip();
        let both = join_all(sleeps.into_iter().map(|sleep| slots.aside(sleep)));
        let mut waiting = Box::pin(slot.hold(both));
        assert!(turn(waiting.as_mut()).is_pending());
        let other = slots.take().unwrap();
        assert!(slots.take().is_none(), "two places are one operation");
        let wakes: Result<Vec<()>, ()> = wakes.into_iter().map(|wake| wake.send(())).collect();
        assert_eq!(wakes, Ok(vec![(), ()]));
        assert!(turn(waiting.as_mut()).is_pending());
        drop(other);
        assert!(turn(waiting.as_mut()).is_ready());
        drop(waiting);
        assert!(slots.take().is_some());
    }

    #[test]
    fn who_stops_waiting_has_its_slot_at_once() {
        let slots = one_at_a_time();
        let slot = slots.take().unwrap();
        let mut stopped = Box::pin(slots.aside(std::future::pending::<()>()));
        let mut working = Box::pin(slot.hold(poll_fn(|context| stopped.as_mut().poll(context))));
        assert!(turn(working.as_mut()).is_pending());
        let other = slots.take().unwrap();
        drop(working);
        drop(stopped);
        drop(other);
        assert!(slots.take().is_some());
    }

    #[test]
    fn who_waits_since_an_earlier_run_takes_no_slot_of_the_next() {
        let slots = one_at_a_time();
        let slot = slots.take().unwrap();
        let mut waiting = Box::pin(slot.hold(slots.aside(std::future::pending::<()>())));
        assert!(turn(waiting.as_mut()).is_pending());
        slots.open(1);
        drop(waiting);
        let slot = slots.take();
        assert!(slot.is_some() && slots.take().is_none());
    }

    #[test]
    fn outside_an_operation_there_is_nothing_to_give_back() {
        let slots = one_at_a_time();
        let mut waiting = Box::pin(slots.aside(std::future::ready(7)));
        assert_eq!(turn(waiting.as_mut()), Poll::Ready(7));
        assert!(slots.is_free());
    }
}
