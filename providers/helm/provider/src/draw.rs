//! Randomness and time for templates, from what the provider was handed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::UNIX_EPOCH,
};

use trueup_helm::{Clock, Entropy, Record, Recorder, Sources};
use trueup_sdk::world::{Random, World};

/// Sources for one rendering, and what they yielded.
pub(crate) struct Draw {
    recorder: Recorder,
    failed: Arc<AtomicBool>,
}

struct Bytes {
    random: Arc<dyn Random>,
    failed: Arc<AtomicBool>,
}

struct Time(Arc<dyn trueup_sdk::world::Clock>);

impl Draw {
    /// Yields `record` again, and draws anew where that ends.
    pub(crate) fn replaying(record: Record, world: &World) -> Self {
        let failed = Arc::new(AtomicBool::new(false));
        let bytes = Bytes {
            random: Arc::clone(&world.random),
            failed: Arc::clone(&failed),
        };
        let sources = Sources {
            entropy: Arc::new(bytes),
            cluster: None,
            clock: Arc::new(Time(Arc::clone(&world.clock))),
        };
        Draw {
            recorder: Recorder::replaying(record, sources),
            failed,
        }
    }

    /// The sources to render with.
    pub(crate) fn sources(&self) -> Sources {
        self.recorder.sources()
    }

    /// What was drawn; `None` if the system had no randomness, so that nothing
    /// rendered with it may be used.
    pub(crate) fn record(&self) -> Option<Record> {
        let failed = self.failed.load(Ordering::Relaxed);
        (!failed).then(|| self.recorder.record())
    }
}

impl Entropy for Bytes {
    fn fill(&self, bytes: &mut [u8]) {
        if self.random.fill(bytes).is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
    }
}

impl Clock for Time {
    fn now(&self) -> (i64, u32) {
        let since = self.0.now().duration_since(UNIX_EPOCH);
        let since = since.unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        (seconds, since.subsec_nanos())
    }
}

/// Whether a rendering came out as it did by chance or by the time.
pub(crate) fn is_drawn(record: &Record) -> bool {
    !record.random.is_empty() || record.time.is_some()
}

/// Another outcome of the same draw, to tell what depends on it.
pub(crate) fn other(record: &Record) -> Record {
    /// A day and some.
    const LATER: i64 = 100_000;
    Record {
        random: record.random.iter().map(|byte| !byte).collect(),
        time: record
            .time
            .map(|(seconds, nanos)| (seconds.saturating_add(LATER), nanos)),
    }
}
