//! Files that were damaged: an error that says so, or everything that was in
//! them.

use std::{collections::BTreeSet, num::NonZero, thread};

use serde_json::Value as Json;
use trueup_state::{
    Snapshot,
    disk::Disk,
    journal::{
        Action, Begin, Compact, Intent, Journal, Outcome, Reconciled, Record, Sequence, Tail,
        reconcile, replay_bytes,
    },
    snapshot::{InstanceObject, address::parse_instance},
};

const ALL_KINDS: &[u8] = include_bytes!("../snapshots/all-kinds.tfstate");
const PROVIDER: &str = "provider[\"registry.terraform.io/trueup/test\"]";

fn text(snapshot: &Snapshot) -> String {
    let mut bytes = Vec::new();
    snapshot.write(&mut bytes).expect("memory");
    String::from_utf8(bytes).expect("UTF-8")
}

/// All keys and values there are, whatever their order.
fn leaves(text: &str) -> Vec<String> {
    fn collect(json: &Json, leaves: &mut Vec<String>) {
        match json {
            Json::Object(entries) => entries.iter().for_each(|(key, value)| {
                leaves.push(format!("{key}:"));
                collect(value, leaves);
            }),
            Json::Array(elements) => elements.iter().for_each(|e| collect(e, leaves)),
            leaf => leaves.push(leaf.to_string()),
        }
    }
    let mut leaves = Vec::new();
    collect(&serde_json::from_str(text).expect("JSON"), &mut leaves);
    leaves.sort_unstable();
    leaves
}

fn lost(given: &[String], written: &[String]) -> String {
    let lost = given.iter().filter(|leaf| !written.contains(leaf));
    lost.cloned().collect::<Vec<_>>().join(", ")
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        (bit / 8, flipped)
    })
}

/// What is in a file without a checksum may change its meaning; but whatever
/// is accepted is written back to the last byte.
#[test]
fn a_flipped_bit_in_a_snapshot_drops_nothing() {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for part in 0..threads {
            let flips = flips(ALL_KINDS).skip(part).step_by(threads);
            scope.spawn(move || flips.for_each(drops_nothing));
        }
    });
}

fn drops_nothing((at, flipped): (usize, Vec<u8>)) {
    let Ok(Some(mut snapshot)) = Snapshot::read(&flipped) else {
        return;
    };
    let given = String::from_utf8(flipped).expect("JSON is UTF-8");
    if text(&snapshot) == given {
        return;
    }
    // In another order, or laid out another way, and all there.
    snapshot.normalize();
    let (written, given) = (leaves(&text(&snapshot)), leaves(&given));
    assert!(written == given, "byte {at}: {}", lost(&given, &written));
}

#[test]
fn a_damaged_key_is_named() {
    let text = String::from_utf8(ALL_KINDS.to_vec()).expect("UTF-8");
    let damaged = text.replacen("\"instances\"", "\"instanbes\"", 1);
    let error = Snapshot::read(damaged.as_bytes()).expect_err("damage");
    assert_eq!(
        error.to_string(),
        "it contradicts itself: it has a \"instanbes\" where \"instances\" belongs"
    );
}

#[test]
fn an_error_shows_nothing_of_what_is_in_the_file() {
    let value = r#"{"version": 4, "resources": [{"mode": "managed", "type": "t", "name": "n",
        "provider": "p", "instances": [{"private": {"hush": "hush"}}]}]}"#;
    for text in [
        value,
        r#"{"version": 4, "serial": "hush-hush"}"#,
        r#"{"version": 4, "resources": "hush-hush"}"#,
        r#"{"version": 4, "resources": [{"mode": "hush-hush"}]}"#,
        r#"{"version": "hush-hush"}"#,
        r#""hush-hush""#,
    ] {
        let error = Snapshot::read(text.as_bytes()).expect_err("damage");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}

/// A journal with every kind of record, and the bytes it consists of.
fn journal() -> (Vec<u8>, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal");
    let begin = Begin {
        lineage: "8a3d".into(),
        serial: 0,
        checksum: Snapshot::empty("8a3d".into()).checksum(),
        operation: "apply".into(),
        started: "2026-01-02T03:04:05Z".into(),
        version: "0.1.0".into(),
    };
    let journal = Journal::create(&path, begin, &Disk::default()).expect("a journal");
    let mut count = 1;
    let mut append = |record: Record| {
        journal.append(&record).expect("a record");
        count += 1;
    };
    for number in 0..3 {
        append(Record::Intent(intent(number)));
    }
    for number in [0, 2] {
        append(Record::Outcome(Box::new(outcome(number))));
    }
    append(Record::Compact(Compact {
        serial: 1,
        checksum: 7,
        open: vec![Sequence(1)],
    }));
    (std::fs::read(&path).expect("a file"), count)
}

fn intent(number: u64) -> Intent {
    let address = format!("test_object.r[{number}]");
    Intent {
        sequence: Sequence(number),
        identity: Some(format!("token-{number}")),
        ..Intent::new(Action::Create, &address, PROVIDER)
    }
}

fn outcome(number: u64) -> Outcome {
    let object = format!(r#"{{"schema_version":0,"attributes":{{"id":"o-{number}"}}}}"#);
    let object: InstanceObject = serde_json::from_str(&object).expect("an object");
    Outcome {
        sequence: Sequence(number),
        object: Some(object),
        error: None,
    }
}

/// What a journal tells: objects, and actions without an outcome.
fn told(reconciled: &Reconciled) -> (Vec<u64>, Vec<u64>) {
    let known = (0..3).filter(|number| {
        let address = parse_instance(&format!("test_object.r[{number}]")).expect("an address");
        reconciled.snapshot.object(&address, "").is_some()
    });
    let open = reconciled.open.iter().map(|intent| intent.sequence.0);
    (known.collect(), open.collect())
}

#[test]
fn a_journal_cut_at_any_byte_tells_what_is_before() {
    let (bytes, _) = journal();
    let mut seen = BTreeSet::new();
    for length in 0..=bytes.len() {
        let replay = replay_bytes(&bytes[..length]).expect("a torn tail");
        let clean = length as u64 == replay.length;
        let torn = Tail::Torn(length as u64 - replay.length);
        assert_eq!(replay.tail, if clean { Tail::Clean } else { torn });
        if let Some(reconciled) = reconcile(None, &replay).expect("it fits") {
            assert_eq!(reconciled.notices, []);
            seen.insert((replay.records.len(), told(&reconciled)));
        }
    }
    let expected = [
        (1, (vec![], vec![])),
        (2, (vec![], vec![0])),
        (3, (vec![], vec![0, 1])),
        (4, (vec![], vec![0, 1, 2])),
        (5, (vec![0], vec![1, 2])),
        (6, (vec![0, 2], vec![1])),
        (7, (vec![0, 2], vec![1])),
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_flipped_bit_in_a_journal_is_an_error_or_a_tail_that_cannot_be_read() {
    let (bytes, records) = journal();
    let mut unreadable = 0;
    for (at, flipped) in flips(&bytes) {
        match replay_bytes(&flipped) {
            Err(offset) => assert!(offset <= at as u64),
            Ok(replay) => {
                unreadable += 1;
                assert!(matches!(replay.tail, Tail::Unreadable(_)), "byte {at}");
                assert_eq!(replay.records.len(), records - 1, "byte {at}");
            }
        }
    }
    println!(
        "{} flips: {unreadable} in the last record, all others an error",
        bytes.len() * 8
    );
}
