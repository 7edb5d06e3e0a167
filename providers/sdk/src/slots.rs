//! How much may be done at once. What only waits for time to pass holds
//! nothing up.

use std::{
    future::{Future, poll_fn},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    time::{Duration, SystemTime},
};

use crate::{Answer, world::Clock};

/// The slots of a run: each operation takes one, and puts it aside while it
/// only waits.
#[derive(Debug, Default)]
pub struct Slots(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    limit: usize,
    taken: usize,
    /// Who has waited and wants a slot again.
    returning: Vec<(u64, Waker)>,
    next: u64,
    /// Which run it is: who waits since an earlier one has no slot in this.
    run: u64,
    /// Who wants to know of a slot that comes free.
    watcher: Option<Waker>,
}

/// An operation without its slot.
struct Away<'a> {
    slots: &'a Slots,
    number: u64,
    run: u64,
}

impl Slots {
    /// Begins a run in which `limit` operations may work at once.
    pub fn open(&self, limit: usize) {
        let mut inner = self.lock();
        *inner = Inner {
            limit: limit.max(1),
            run: inner.run + 1,
            next: inner.next,
            ..Inner::default()
        };
    }

    /// Takes a slot for a new operation, if there is one that nobody who has
    /// waited wants.
    pub fn take(&self) -> bool {
        let mut inner = self.lock();
        let free = inner.is_free();
        if free {
            inner.taken += 1;
        }
        free
    }

    /// Whether [`Slots::take`] would find one.
    pub fn is_free(&self) -> bool {
        self.lock().is_free()
    }

    /// Gives the slot of an operation that has ended back.
    pub fn give(&self) {
        self.lock().free();
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
    /// slot of the operation that waits. Outside a run it only waits.
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
        if inner.taken == 0 {
            return None;
        }
        inner.free();
        let number = inner.next;
        inner.next += 1;
        Some(Away {
            slots: self,
            number,
            run: inner.run,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn is_free(&self) -> bool {
        self.taken < self.limit && self.returning.is_empty()
    }

    fn free(&mut self) {
        self.taken = self.taken.saturating_sub(1);
        match self.returning.first() {
            Some((_, waker)) => waker.wake_by_ref(),
            None => {
                if let Some(watcher) = &self.watcher {
                    watcher.wake_by_ref();
                }
            }
        }
    }
}

impl Away<'_> {
    /// Takes a slot again; who has waited comes before what is new.
    async fn come_back(self) {
        poll_fn(|context| {
            let mut inner = self.slots.lock();
            if inner.run != self.run {
                return Poll::Ready(());
            }
            let first = inner
                .returning
                .first()
                .is_none_or(|(n, _)| *n == self.number);
            if first && inner.taken < inner.limit {
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            match inner.returning.iter_mut().find(|(n, _)| *n == self.number) {
                Some((_, known)) => *known = waker,
                None => inner.returning.push((self.number, waker)),
            }
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Away<'_> {
    /// The operation goes on or is dropped; whoever began it gives the slot
    /// back.
    fn drop(&mut self) {
        let mut inner = self.slots.lock();
        if inner.run != self.run {
            return;
        }
        inner.taken += 1;
        inner.returning.retain(|(number, _)| *number != self.number);
        if inner.taken < inner.limit {
            match inner.returning.first() {
                Some((_, waker)) => waker.wake_by_ref(),
                None => {
                    if let Some(watcher) = &inner.watcher {
                        watcher.wake_by_ref();
                    }
                }
            }
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
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Waker},
    };

    use futures_channel::oneshot;

    use super::*;

    #[test]
    fn who_waits_leaves_room_and_comes_back_first() {
        let slots = Slots::default();
        slots.open(1);
        assert!(slots.take());
        assert!(!slots.take());
        let (wake, sleep) = oneshot::channel::<()>();
        let mut waiting = pin!(slots.aside(sleep));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        assert!(slots.take());
        wake.send(()).unwrap();
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        slots.give();
        assert!(!slots.take(), "somebody wants to come back");
        assert!(waiting.as_mut().poll(&mut context).is_ready());
        assert!(!slots.take());
        slots.give();
        assert!(slots.take());
    }

    #[test]
    fn who_waits_since_an_earlier_run_takes_no_slot_of_the_next() {
        let slots = Slots::default();
        slots.open(1);
        assert!(slots.take());
        let mut context = Context::from_waker(Waker::noop());
        let (_never, sleep) = oneshot::channel::<()>();
        let mut waiting = Box::pin(slots.aside(sleep));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        slots.open(1);
        drop(waiting);
        assert!(slots.take());
    }

    #[test]
    fn outside_a_run_there_is_nothing_to_give_back() {
        let slots = Slots::default();
        let mut waiting = pin!(slots.aside(std::future::ready(7)));
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Ready(7));
        assert!(!slots.is_free());
    }
}
