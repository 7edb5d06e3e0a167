//! Random bytes and the time, drawn once and replayed.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use trueup_helm_template::functions::{Clock, Entropy, Moment, Sources};

use crate::error::ChartError;

/// What a run drew: enough to render the same again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The random bytes, in the order drawn.
    pub random: Vec<u8>,
    /// The time, if it was asked for; it stands still during a run.
    pub time: Option<(i64, u32)>,
}

impl Record {
    /// Reads what [`Record::to_json`] writes.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_json(text: &str) -> Result<Self, ChartError> {
        let wrong = |what: &str| ChartError::new(format!("not a record of draws: {what}"));
        let read: Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        let random = read.get("random").and_then(Value::as_str);
        let random = random.ok_or_else(|| wrong("\"random\" is missing"))?;
        let random = STANDARD.decode(random);
        let time = match read.get("time").and_then(Value::as_str) {
            Some(text) => {
                let moment = Moment::parse(text);
                let moment = moment.ok_or_else(|| wrong("\"time\" is no time"))?;
                Some(moment.now())
            }
            None => None,
        };
        Ok(Record {
            random: random.map_err(|_| wrong("\"random\" is not base64"))?,
            time,
        })
    }

    /// The record as a line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut written = json!({ "random": STANDARD.encode(&self.random) });
        if let Some((seconds, nanoseconds)) = self.time {
            let moment = Moment {
                seconds,
                nanoseconds,
            };
            written["time"] = moment.to_string().into();
        }
        format!("{written}\n")
    }
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
            cluster: self.0.from.cluster.clone(),
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
