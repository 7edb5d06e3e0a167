//! Random bytes and the time, drawn once and replayed.

use std::sync::{Arc, Mutex, PoisonError};

use trueup_helm_template::functions::{Clock, Entropy, Sources};

/// What a run drew: enough to render the same again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The random bytes, in the order drawn.
    pub random: Vec<u8>,
    /// The time, if it was asked for; it stands still during a run.
    pub time: Option<(i64, u32)>,
}

/// Sources that draw from others and keep what they drew.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Tape>);

struct Tape {
    from: Sources,
    record: Mutex<Record>,
    /// How many of the bytes were handed out already; new ones are drawn after the last.
    played: Mutex<usize>,
}

impl Recorder {
    /// Records what is drawn from `from`.
    #[must_use]
    pub fn new(from: Sources) -> Self {
        Self::replaying(Record::default(), from)
    }

    /// Plays `record`, and goes on with `from` where that ends.
    #[must_use]
    pub fn replaying(record: Record, from: Sources) -> Self {
        Recorder(Arc::new(Tape {
            from,
            record: Mutex::new(record),
            played: Mutex::new(0),
        }))
    }

    /// Sources for a run.
    #[must_use]
    pub fn sources(&self) -> Sources {
        Sources {
            entropy: self.0.clone(),
            clock: self.0.clone(),
        }
    }

    /// What was drawn so far, what was played included.
    #[must_use]
    pub fn record(&self) -> Record {
        self.0
            .record
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Entropy for Tape {
    fn fill(&self, bytes: &mut [u8]) {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let mut played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
        let end = played.saturating_add(bytes.len());
        if let Some(missing) = end
            .checked_sub(record.random.len())
            .filter(|count| *count > 0)
        {
            let mut fresh = vec![0; missing];
            self.from.entropy.fill(&mut fresh);
            record.random.extend(fresh);
        }
        let kept = record.random.get(*played..end).unwrap_or_default();
        for (byte, kept) in bytes.iter_mut().zip(kept) {
            *byte = *kept;
        }
        *played = end;
    }
}

impl Clock for Tape {
    fn now(&self) -> (i64, u32) {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        *record.time.get_or_insert_with(|| self.from.clock.now())
    }
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tape").finish_non_exhaustive()
    }
}
