//! Operations under way, at most so many at once.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::stream::{FuturesUnordered, Stream};
use trueup_sdk::Slots;

/// Operations under way. One that only waits for time to pass leaves its slot
/// to another meanwhile.
pub(crate) struct Running<F> {
    futures: FuturesUnordered<F>,
    slots: Arc<Slots>,
    limit: usize,
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
            limit,
        }
    }

    /// Takes a slot for an operation that is going to be begun.
    pub(crate) fn take_slot(&self) -> bool {
        self.slots.take()
    }

    /// Gives a slot back that was not needed.
    pub(crate) fn give_slot(&self) {
        self.slots.give();
    }

    /// Begins an operation that has a slot.
    pub(crate) fn push(&self, operation: F) {
        self.futures.push(operation);
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
                    // Whoever still holds a slot has been left behind.
                    Poll::Ready(None) if more => {
                        self.slots.open(self.limit);
                        return Poll::Ready(Next::Free);
                    }
                    Poll::Ready(None) => return Poll::Ready(Next::Nothing),
                    Poll::Ready(Some(done)) => {
                        self.slots.give();
                        return Poll::Ready(Next::Done(done));
                    }
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
