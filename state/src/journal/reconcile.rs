//! What a snapshot and the journal of an interrupted run say together.
//!
//! Nobody is asked and nothing is written: the same for commands that only
//! read.

use std::collections::{BTreeMap, HashSet};

use super::{
    Action, Begin, Compact, Intent, Outcome, Record, Replay, Sequence, Tail,
    objects::{Objects, free_key, same},
};
use crate::{
    Snapshot,
    snapshot::address::{InstanceAddress, parse_instance},
};

/// Why a journal and the state it lies beside do not fit. Both are left as
/// they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReconcileError {
    /// The state is not there.
    #[error("it continues serial {serial} of the state with lineage {lineage:?}, which is missing")]
    Missing {
        /// The lineage of the state that was there.
        lineage: String,
        /// Its serial.
        serial: u64,
    },
    /// The state is another one.
    #[error(
        "it belongs to the state with lineage {journal:?}, not to this one with lineage {state:?}"
    )]
    Foreign {
        /// The lineage the journal belongs to.
        journal: String,
        /// The lineage of the state.
        state: String,
    },
    /// The journal does not say what it continues.
    #[error("its first record does not say which state it continues")]
    NoBegin,
    /// An address makes no sense.
    #[error("it speaks of {address:?}, which is no address of a resource instance")]
    Address {
        /// What it says.
        address: String,
    },
}

/// Something the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The journal ends in bytes that say nothing: an action may have been
    /// taken of which nothing is known.
    Unreadable {
        /// How many.
        bytes: u64,
    },
    /// Somebody else has written the state since.
    MovedOn {
        /// The serial the journal continues.
        journal: u64,
        /// The serial of the state.
        state: u64,
    },
    /// The interrupted run made an object, and since then somebody else has
    /// made another one for the same instance.
    PutAside {
        /// The instance.
        address: String,
        /// The key under which the object of the interrupted run is kept.
        deposed: String,
    },
}

/// What is known after a run was interrupted.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// The state with everything the journal tells.
    pub snapshot: Snapshot,
    /// Whether that is more than the state as it was.
    pub changed: bool,
    /// The actions nobody knows the outcome of, in the order they began.
    pub open: Vec<Intent>,
    /// What else there is to say.
    pub notices: Vec<Notice>,
}

/// How a snapshot relates to the journal beside it.
enum Relation {
    /// The journal begins where the snapshot ends.
    Continued,
    /// The snapshot holds what the journal says up to this record.
    Compacted(usize),
    /// Somebody else has written it since.
    MovedOn,
}

/// Brings a state up to date with a journal. `snapshot` is the one in the
/// journal's place; `None` if there is none.
///
/// If the state moved on since the journal began, it knows better of all that
/// it knew before; what the interrupted run created is added, as deposed
/// objects where there are others by now.
///
/// # Errors
/// [`ReconcileError`]
pub fn reconcile(
    snapshot: Option<Snapshot>,
    replay: &Replay,
) -> Result<Option<Reconciled>, ReconcileError> {
    let mut notices = Vec::new();
    if let Tail::Unreadable(bytes) = replay.tail {
        notices.push(Notice::Unreadable { bytes });
    }
    let records = &replay.records[..];
    let Some(first) = records.first() else {
        return Ok(snapshot.map(|snapshot| Reconciled {
            snapshot,
            changed: false,
            open: Vec::new(),
            notices,
        }));
    };
    let Record::Begin(begin) = first else {
        return Err(ReconcileError::NoBegin);
    };
    let snapshot = match snapshot {
        Some(snapshot) => snapshot,
        None if begin.serial == 0 => Snapshot::empty(begin.lineage.clone()),
        None => {
            return Err(ReconcileError::Missing {
                lineage: begin.lineage.clone(),
                serial: begin.serial,
            });
        }
    };
    let story = match relation(&snapshot, begin, records)? {
        Relation::Continued => {
            let mut story = Story::on(snapshot);
            story.tell(records)?;
            story
        }
        Relation::Compacted(at) => {
            let mut story = Story::on(snapshot);
            let (before, after) = records.split_at(at);
            story.remember(before);
            story.tell(after)?;
            story
        }
        Relation::MovedOn => {
            notices.push(Notice::MovedOn {
                journal: begin.serial,
                state: snapshot.serial,
            });
            moved_on(snapshot, records, &mut notices)?
        }
    };
    Ok(Some(story.end(notices)))
}

fn relation(
    snapshot: &Snapshot,
    begin: &Begin,
    records: &[Record],
) -> Result<Relation, ReconcileError> {
    let checksum = snapshot.checksum();
    let is = |serial: u64, sum: u32| (snapshot.serial, checksum) == (serial, sum);
    let compact = records.iter().rposition(|record| match record {
        Record::Compact(compact) => is(compact.serial, compact.checksum),
        _ => false,
    });
    let unrelated = !snapshot.lineage.is_empty()
        && !begin.lineage.is_empty()
        && snapshot.lineage != begin.lineage;
    match compact {
        Some(at) if !unrelated => Ok(Relation::Compacted(at)),
        _ if unrelated && begin.serial > 0 => Err(ReconcileError::Foreign {
            journal: begin.lineage.clone(),
            state: snapshot.lineage.clone(),
        }),
        _ if !unrelated && is(begin.serial, begin.checksum) => Ok(Relation::Continued),
        _ => Ok(Relation::MovedOn),
    }
}

/// A journal being read.
struct Story {
    base: Snapshot,
    objects: Objects,
    changed: bool,
    intents: BTreeMap<Sequence, Intent>,
    open: BTreeMap<Sequence, Intent>,
    answered: HashSet<Sequence>,
    /// Where there are objects that the journal saw made.
    made: Vec<(InstanceAddress, String, String)>,
}

impl Story {
    fn on(mut base: Snapshot) -> Self {
        let resources = std::mem::take(&mut base.resources);
        Story {
            base,
            objects: Objects::new(resources),
            changed: false,
            intents: BTreeMap::new(),
            open: BTreeMap::new(),
            answered: HashSet::new(),
            made: Vec::new(),
        }
    }

    /// Takes note of intents without believing the outcomes.
    fn remember(&mut self, records: &[Record]) {
        for record in records {
            if let Record::Intent(intent) = record {
                self.intents.insert(intent.sequence, intent.clone());
            }
        }
    }

    fn tell(&mut self, records: &[Record]) -> Result<(), ReconcileError> {
        for (at, record) in records.iter().enumerate() {
            match record {
                Record::Begin(_) => {}
                Record::Intent(intent) => {
                    self.intents.insert(intent.sequence, intent.clone());
                    self.open.insert(intent.sequence, intent.clone());
                }
                Record::Outcome(outcome) => self.outcome(outcome)?,
                // Only the one the snapshot was found to be counts.
                Record::Compact(compact) if at == 0 => self.compacted(compact),
                Record::Compact(_) => {}
            }
        }
        Ok(())
    }

    fn compacted(&mut self, compact: &Compact) {
        for sequence in &compact.open {
            if let Some(intent) = self.intents.get(sequence) {
                self.open.insert(*sequence, intent.clone());
            }
        }
    }

    fn outcome(&mut self, outcome: &Outcome) -> Result<(), ReconcileError> {
        let Some(intent) = self.intents.get(&outcome.sequence).cloned() else {
            return Ok(());
        };
        self.open.remove(&outcome.sequence);
        let address = address(&intent)?;
        let first = self.answered.insert(outcome.sequence);
        match (&outcome.object, intent.action) {
            (Some(object), action) => {
                if first && let Some(key) = &intent.deposes {
                    self.put_aside(&address, key, &intent.provider);
                }
                let (deposed, provider) = (&intent.deposed, &intent.provider);
                self.objects
                    .put(&address, deposed, provider, object.clone());
                if action == Action::Create && first {
                    let (deposed, provider) = (deposed.clone(), provider.clone());
                    self.made.push((address, deposed, provider));
                }
                self.changed = true;
            }
            // Nothing was made, so what was there is still there.
            (None, Action::Create) => {}
            (None, _) => {
                let taken = self.objects.take(&address, &intent.deposed);
                self.changed |= taken.is_some();
            }
        }
        Ok(())
    }

    fn put_aside(&mut self, address: &InstanceAddress, key: &str, provider: &str) {
        if let Some(old) = self.objects.take(address, "") {
            self.objects.put(address, key, provider, old);
            self.made.iter_mut().for_each(|(of, deposed, _)| {
                if of == address && deposed.is_empty() {
                    key.clone_into(deposed);
                }
            });
        }
    }

    fn end(self, notices: Vec<Notice>) -> Reconciled {
        let mut snapshot = self.base;
        snapshot.resources = self.objects.into_resources();
        Reconciled {
            snapshot,
            changed: self.changed,
            open: self.open.into_values().collect(),
            notices,
        }
    }
}

fn address(intent: &Intent) -> Result<InstanceAddress, ReconcileError> {
    parse_instance(&intent.address)
        .filter(InstanceAddress::is_managed)
        .ok_or_else(|| ReconcileError::Address {
            address: intent.address.clone(),
        })
}

/// Adds what the journal saw made to a state that has changed since.
fn moved_on(
    snapshot: Snapshot,
    records: &[Record],
    notices: &mut Vec<Notice>,
) -> Result<Story, ReconcileError> {
    let mut alone = Story::on(Snapshot::empty(String::new()));
    alone.tell(records)?;
    let mut story = Story::on(snapshot);
    story.open = alone.open;
    for (address, deposed, provider) in alone.made {
        let Some(object) = alone.objects.take(&address, &deposed) else {
            continue;
        };
        if story.objects.of(&address).any(|there| same(there, &object)) {
            continue;
        }
        story.changed = true;
        if deposed.is_empty() && story.objects.get(&address, "").is_none() {
            story.objects.put(&address, "", &provider, object);
            continue;
        }
        let key = free_key(&object, |key| story.objects.get(&address, key).is_some());
        notices.push(Notice::PutAside {
            address: address.to_string(),
            deposed: key.clone(),
        });
        story.objects.put(&address, &key, &provider, object);
    }
    Ok(story)
}
