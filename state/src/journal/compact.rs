//! From the first record of a journal to the snapshot that takes its place.

use std::path::Path;

use super::{
    Action, Begin, Compact, Intent, Journal, JournalError, Reconciled, Record, Replay,
    objects::same, reconcile, replay,
};
use crate::{
    Snapshot,
    backend::{BackendError, StateStore},
    snapshot::address::parse_instance,
};

/// A state as it lies in its place, and what an interrupted run left beside
/// it.
#[derive(Debug)]
pub struct Opened {
    /// The state; none if there is none.
    pub snapshot: Option<Snapshot>,
    /// The journal of an interrupted run.
    pub leftover: Option<Leftover>,
}

/// The journal of an interrupted run.
#[derive(Debug)]
pub struct Leftover {
    /// What it holds.
    pub replay: Replay,
    /// What it says together with the state; `None` if it says nothing and
    /// there is no state.
    pub reconciled: Option<Reconciled>,
}

/// Reads a state and the journal beside it. Nothing is written.
///
/// # Errors
/// [`BackendError`]; everything is left as it is.
pub fn open(store: &dyn StateStore) -> Result<Opened, BackendError> {
    let snapshot = store.read()?;
    let path = store.journal_path();
    let Some(replay) = replay(&path, store.disk())? else {
        let leftover = None;
        return Ok(Opened { snapshot, leftover });
    };
    let reconciled = reconcile(snapshot.clone(), &replay)
        .map_err(|source| BackendError::Reconcile { path, source })?;
    Ok(Opened {
        snapshot,
        leftover: Some(Leftover { replay, reconciled }),
    })
}

/// Makes what was recovered the state, and removes the journal of the
/// interrupted run, but for `open`. `recovered` is none if that run has
/// changed nothing.
///
/// # Errors
/// [`BackendError`]; the journal is there then.
pub fn settle(
    store: &mut dyn StateStore,
    replay: &Replay,
    previous: Option<&Snapshot>,
    recovered: Option<&Snapshot>,
    open: &[Intent],
) -> Result<(), BackendError> {
    let journal = Journal::resume(&store.journal_path(), replay, store.disk())?;
    match (journal, recovered, previous) {
        (Some(journal), Some(recovered), _) => {
            compact(store, journal, recovered, previous, open).map(drop)
        }
        // What is still open stays with a journal that continues this state.
        (Some(journal), None, Some(previous)) => Ok(finish(store, journal, previous, open)?),
        // There is no state yet, and what began has no outcome.
        (Some(_), None, None) if !open.is_empty() => Ok(()),
        _ => Ok(discard(store)?),
    }
}

/// Begins the journal of a run. `begin` is completed with what the journal
/// continues: `previous`, or a state that begins with it. `open` are the
/// actions of earlier runs that nobody knows the outcome of.
///
/// Where the state is written to another place than it is read from,
/// `previous` is written there first: a journal always continues the snapshot
/// beside it.
///
/// # Errors
/// [`BackendError`], also if the journal of another run is there.
pub fn begin(
    store: &mut dyn StateStore,
    begin: Begin,
    previous: Option<&Snapshot>,
    open: &[Intent],
) -> Result<Journal, BackendError> {
    store.settle(previous)?;
    let begin = continuing(begin, previous);
    let path = store.journal_path();
    let journal = match open {
        [] => Journal::create(&path, begin, store.disk()),
        open => Journal::replace(&path, begin, open, store.disk()),
    };
    Ok(journal?)
}

/// Writes the snapshot that holds everything the journal says and removes the
/// journal, but for `open`: actions that nobody knows the outcome of. Those
/// whose object the snapshot holds by now are settled; the others are returned.
///
/// Interrupted at any point, it leaves what [`reconcile`](super::reconcile)
/// understands.
///
/// # Errors
/// [`BackendError`]; the journal is there then, and with it all it says.
pub fn compact(
    store: &mut dyn StateStore,
    journal: Journal,
    snapshot: &Snapshot,
    previous: Option<&Snapshot>,
    open: &[Intent],
) -> Result<Vec<Intent>, BackendError> {
    let matters = |intent: &&Intent| !is_settled(intent, previous, snapshot);
    let open: Vec<Intent> = open.iter().filter(matters).cloned().collect();
    let checksum = snapshot.checksum();
    let recorded = journal.append(&Record::Compact(Compact {
        serial: snapshot.serial,
        checksum,
        open: open.iter().map(|intent| intent.sequence).collect(),
    }));
    store.write(snapshot, previous)?;
    // Without this record the journal and the snapshot can be told to be of
    // one run all the same, object by object.
    drop(recorded);
    finish(store, journal, snapshot, &open)?;
    Ok(open)
}

/// Removes a journal that says nothing.
fn discard(store: &dyn StateStore) -> Result<(), JournalError> {
    super::writer::remove(&store.journal_path(), store.disk())
}

fn finish(
    store: &dyn StateStore,
    journal: Journal,
    snapshot: &Snapshot,
    open: &[Intent],
) -> Result<(), JournalError> {
    if open.is_empty() {
        return journal.remove();
    }
    let begin = continuing(journal.begun().clone(), Some(snapshot));
    let path: &Path = &store.journal_path();
    Journal::replace(path, begin, open, store.disk()).map(drop)
}

fn continuing(begin: Begin, previous: Option<&Snapshot>) -> Begin {
    match previous {
        Some(previous) => Begin {
            lineage: previous.lineage.clone(),
            serial: previous.serial,
            checksum: previous.checksum(),
            ..begin
        },
        None => Begin {
            serial: 0,
            checksum: Snapshot::empty(begin.lineage.clone()).checksum(),
            ..begin
        },
    }
}

/// Whether it no longer matters what became of an action: there is a new
/// object where one was to be created, or none where there was one.
fn is_settled(intent: &Intent, previous: Option<&Snapshot>, snapshot: &Snapshot) -> bool {
    let Some(address) = parse_instance(&intent.address) else {
        return false;
    };
    let before = previous.and_then(|previous| previous.object(&address, &intent.deposed));
    let now = snapshot.object(&address, &intent.deposed);
    match (intent.action, before, now) {
        (Action::Create, None, Some(_)) => true,
        (Action::Create, Some(before), Some(now)) => !same(before, now),
        (Action::Create, _, None) => false,
        (_, _, now) => now.is_none(),
    }
}
