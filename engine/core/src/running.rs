//! Operations under way, at most so many at once.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::stream::{FuturesUnordered, Stream};
use trueup_sdk::{Operation, Slot, Slots};

/// Operations under way. One that only waits for time to pass leaves its slot
/// to another meanwhile.
pub(crate) struct Running<F> {
    futures: FuturesUnordered<Operation<F>>,
    slots: Arc<Slots>,
}

/// What comes next.
pub(crate) enum Next<T> {
    /// An operation has ended.
    Done(T),
    /// Another operation may begin.
    Free,
    /// Nothing is under way any more.
    Nothing,
}

impl<F: Future> Running<F> {
    /// Nothing yet; at most `limit` operations at once.
    pub(crate) fn new(slots: Arc<Slots>, limit: usize) -> Self {
        slots.open(limit);
        Running {
            futures: FuturesUnordered::new(),
            slots,
        }
    }

    /// Takes a slot for an operation that is going to be begun.
    pub(crate) fn take_slot(&self) -> Option<Slot> {
        self.slots.take()
    }

    /// Begins an operation in its slot.
    pub(crate) fn push(&self, slot: Slot, operation: F) {
        self.futures.push(slot.hold(operation));
    }

    /// Waits until an operation has ended, or a slot is free while there is
    /// `more` to do. `aside` is called whenever nothing can go on by itself;
    /// it says whether it has changed that.
    pub(crate) async fn next(
        &mut self,
        more: bool,
        mut aside: impl FnMut(&mut Context<'_>) -> bool,
    ) -> Next<F::Output> {
        poll_fn(|context| {
            self.slots.watch(context.waker());
            loop {
                match Pin::new(&mut self.futures).poll_next(context) {
                    Poll::Ready(None) if more => return Poll::Ready(Next::Free),
                    Poll::Ready(None) => return Poll::Ready(Next::Nothing),
                    Poll::Ready(Some(done)) => return Poll::Ready(Next::Done(done)),
                    Poll::Pending if aside(context) => {}
                    Poll::Pending if more && self.slots.is_free() => {
                        return Poll::Ready(Next::Free);
                    }
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}
