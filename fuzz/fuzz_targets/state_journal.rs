//! Journals: any bytes are records, a tail, or damage; any records are told
//! with any state, and the story is the same once it is told.
//!
//! The first byte says how many of the others are a state; the rest is a
//! journal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_state::{
    Snapshot,
    journal::{Record, Replay, reconcile, replay_bytes},
};

fuzz_target!(|bytes: &[u8]| {
    // As bytes.
    if let Ok(replay) = replay_bytes(bytes) {
        assert!(replay.length <= bytes.len() as u64);
        let _ = reconcile(None, &replay);
    }
    // As records, which no mutation of bytes would keep a checksum of.
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let Some((state, records)) = lines.split_first() else {
        return;
    };
    let snapshot = Snapshot::read(state).ok().flatten();
    let replay = Replay {
        records: records
            .iter()
            .filter_map(|line| serde_json::from_slice::<Record>(line).ok())
            .collect(),
        ..Replay::default()
    };
    let before = snapshot.as_ref().map_or(0, objects);
    let Ok(Some(reconciled)) = reconcile(snapshot, &replay) else {
        return;
    };
    let removed = replay
        .records
        .iter()
        .filter(|record| matches!(record, Record::Outcome(outcome) if outcome.object.is_none()))
        .count();
    assert!(objects(&reconciled.snapshot) + removed >= before, "objects were lost");
    let mut written = Vec::new();
    reconciled.snapshot.write(&mut written).expect("memory");
});

fn objects(snapshot: &Snapshot) -> usize {
    snapshot.resources.iter().map(|r| r.instances.len()).sum()
}
