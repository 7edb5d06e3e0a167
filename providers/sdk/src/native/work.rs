//! Work that blocks.

use std::{io, thread};

use futures_channel::oneshot;

use crate::Answer;

/// Does blocking work on a thread of its own, so that nothing waits for it
/// but who asked.
///
/// # Errors
/// There is no thread for it, or the work ended without an answer.
pub fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Answer<'static, io::Result<T>> {
    let (sender, receiver) = oneshot::channel();
    let started = thread::Builder::new().spawn(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(work());
    });
    Box::pin(async move {
        started?;
        receiver.await.map_err(io::Error::other)
    })
}
