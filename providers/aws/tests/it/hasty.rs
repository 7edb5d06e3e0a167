//! A clock that hurries.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use trueup_sdk::{Answer, world::Clock};

/// Time passes only while somebody waits, and then in no time. Who waits for
/// something that hangs waits in earnest.
pub(crate) struct Hasty {
    start: SystemTime,
    /// In milliseconds.
    passed: Arc<AtomicU64>,
}

/// So long a connection may take to be made: no pause between two attempts is of
/// just that length.
const CONNECTING: [Duration; 2] = [Duration::from_millis(3100), Duration::from_secs(5)];
/// No pause between two attempts is that long.
const HANGS: Duration = Duration::from_secs(25);

impl Hasty {
    pub(crate) fn since(start: SystemTime) -> Self {
        Hasty {
            start,
            passed: Arc::default(),
        }
    }
}

impl Clock for Hasty {
    fn now(&self) -> SystemTime {
        self.start + Duration::from_millis(self.passed.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> Answer<'static, ()> {
        if duration >= HANGS || CONNECTING.contains(&duration) {
            return Box::pin(tokio::time::sleep(duration));
        }
        let passed = Arc::clone(&self.passed);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let duration = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            passed.fetch_add(duration.max(1), Ordering::Relaxed);
        })
    }
}
