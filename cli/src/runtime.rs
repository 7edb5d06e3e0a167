//! What everything that waits runs on.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::OnceLock,
    thread,
};

use tokio::runtime::{Builder, Runtime};

/// Connections are served on these; what is computed runs where
/// [`block_on`] was called, on a thread with a big stack.
const WORKERS: usize = 2;

/// Evaluation recurses over the syntax tree, whose depth the parser bounds;
/// this stack bears the deepest tree it lets through.
pub(crate) const STACK_SIZE: usize = 256 << 20;

static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();

/// Runs a future to its end on this thread. The runtime begins with the first
/// one: commands that wait for nothing do without.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    match RUNTIME.get_or_init(start) {
        Some(runtime) => runtime.block_on(future),
        // What does not talk to services does not need it.
        None => futures_executor::block_on(future),
    }
}

/// Runs `evaluate` on this thread, with a stack on which configurations can be
/// evaluated, or with its own where there is no memory for that. What the first thread
/// of a process allocates costs the system less than what others do.
pub(crate) fn with_big_stack<T>(evaluate: impl FnOnce() -> T) -> Option<T> {
    let told = Cell::new(Some(panic::take_hook()));
    let evaluate = Cell::new(Some(evaluate));
    let begin = || {
        told.take().into_iter().for_each(panic::set_hook);
        evaluate.take().map(|evaluate| evaluate())
    };
    // That there is no memory is said by a panic, which is nobody's business.
    panic::set_hook(Box::new(|_| ()));
    let grown = panic::catch_unwind(AssertUnwindSafe(|| stacker::grow(STACK_SIZE, begin)));
    grown.unwrap_or_else(|_| begin())
}

/// A thread on which configurations can be evaluated.
pub(crate) fn thread(name: &str) -> thread::Builder {
    thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_SIZE)
}

fn start() -> Option<Runtime> {
    let mut threads = Builder::new_multi_thread();
    let threads = threads.worker_threads(WORKERS).thread_name("service");
    let runtime = threads.enable_all().build();
    runtime
        .or_else(|_| Builder::new_current_thread().enable_all().build())
        .ok()
}
