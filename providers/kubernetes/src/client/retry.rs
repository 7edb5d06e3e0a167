//! Trying again.

use std::time::Duration;

use super::{Cause, ClusterError};

/// How long to wait before the next attempt; `None` to give up. `attempt`
/// counts the failed ones, from 1.
///
/// All calls made here may be made twice: reads, server-side applies, and
/// deletions of an object known by its UID.
pub(crate) fn pause(error: &ClusterError, attempt: u32) -> Option<Duration> {
    if !error.is_transient() {
        return None;
    }
    let (attempts, first) = match &*error.cause {
        // Whoever mistyped an address should not wait for long.
        Cause::Unreachable { .. } => (4, 50),
        _ => (10, 100),
    };
    if attempt >= attempts {
        return None;
    }
    let backoff = Duration::from_millis(first << (attempt - 1).min(6));
    let asked = match &*error.cause {
        Cause::TooManyRequests {
            retry_after: Some(seconds),
        } => Duration::from_secs((*seconds).min(30)),
        _ => Duration::ZERO,
    };
    Some(backoff.max(asked))
}
