//! Work on several items at once.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Most threads, this one included.
const MAX_THREADS: usize = 4;
/// Room for YAML and templates as deep as they may be.
const STACK_SIZE: usize = 64 << 20;

/// What `work` makes of each item, in the order of the items. This thread takes part, so that it
/// all gets done even where there are no others to be had.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(MAX_THREADS).min(items.len());
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let waiting = Mutex::new(items.into_iter().enumerate());
    let done = Mutex::new(BTreeMap::new());
    let next = || lock(&waiting).next();
    let run = || {
        while let Some((index, item)) = next() {
            let result = work(item);
            lock(&done).insert(index, result);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            let thread = thread::Builder::new().stack_size(STACK_SIZE);
            if thread.spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_values().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_keep_their_order() {
        let doubled = map((0..1000).collect(), |number| number * 2);
        assert_eq!(
            doubled,
            (0..1000).map(|number| number * 2).collect::<Vec<_>>()
        );
        assert!(map(Vec::<u8>::new(), |number| number).is_empty());
    }
}
