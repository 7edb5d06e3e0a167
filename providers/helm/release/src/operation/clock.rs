//! Time, as a release sees it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Releases;
use crate::Time;

impl Releases<'_> {
    /// Now, as records have it.
    pub(crate) fn time(&self) -> Time {
        let (seconds, nanoseconds) = parts(self.cluster.clock().now());
        Time::new(seconds, nanoseconds)
    }

    /// Now, in seconds since 1970 began.
    pub(crate) fn seconds(&self) -> i64 {
        parts(self.cluster.clock().now()).0
    }

    /// A time limit that begins now.
    pub(crate) fn deadline(&self, limit: Duration) -> Deadline {
        Deadline {
            began: self.cluster.clock().now(),
            limit,
            slept: Duration::ZERO,
            next: FIRST,
        }
    }

    /// Waits a little, longer each time; `false` when time is up.
    pub(crate) async fn pause(&self, deadline: &mut Deadline) -> bool {
        let clock = self.cluster.clock();
        let passed = clock.now().duration_since(deadline.began);
        let passed = passed.unwrap_or_default().max(deadline.slept);
        let left = deadline.limit.saturating_sub(passed);
        if left.is_zero() {
            return false;
        }
        let pause = deadline.next.min(left);
        deadline.next = (deadline.next * 3 / 2).min(LONGEST);
        deadline.slept += pause;
        clock.sleep(pause).await;
        true
    }
}

const FIRST: Duration = Duration::from_millis(15);
const LONGEST: Duration = Duration::from_secs(1);

/// A time limit, and how long to wait between looks.
pub(crate) struct Deadline {
    began: SystemTime,
    limit: Duration,
    /// A clock may stand still while it is slept on, in tests.
    slept: Duration,
    next: Duration,
}

impl Deadline {
    /// The whole of it, in seconds.
    pub(crate) fn seconds(&self) -> u64 {
        self.limit.as_secs()
    }
}

fn parts(time: SystemTime) -> (i64, u32) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    (seconds, since.subsec_nanos())
}
