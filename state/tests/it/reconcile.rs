//! What a state and the journal of an interrupted run say together.

use trueup_state::{
    Snapshot,
    journal::{
        Action, Begin, Compact, Intent, Outcome, Reconciled, Record, Replay, Sequence, Tail,
        reconcile,
    },
    snapshot::{InstanceObject, Status},
};

const PROVIDER: &str = "provider[\"registry.terraform.io/trueup/test\"]";

/// A state whose objects have these IDs: `NAME`, or `NAME/DEPOSED`.
fn state(lineage: &str, serial: u64, objects: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::empty(lineage.to_owned());
    snapshot.serial = serial;
    for (name, id) in objects {
        let (name, deposed) = name.split_once('/').unwrap_or((name, ""));
        let address = format!("test_object.{name}");
        let address = trueup_state::snapshot::address::parse_instance(&address).expect("one");
        snapshot.put_object(&address, deposed, PROVIDER, object(id));
    }
    snapshot
}

fn object(id: &str) -> InstanceObject {
    let text = format!(r#"{{"schema_version":0,"attributes":{{"id":"{id}"}}}}"#);
    serde_json::from_str(&text).expect("an object")
}

fn begin(state: Option<&Snapshot>, lineage: &str) -> Record {
    let empty = Snapshot::empty(lineage.to_owned());
    let base = state.unwrap_or(&empty);
    Record::Begin(Begin {
        lineage: base.lineage.clone(),
        serial: base.serial,
        checksum: base.checksum(),
        operation: "apply".into(),
        started: "2026-01-02T03:04:05Z".into(),
        version: "0.1.0".into(),
    })
}

fn intent(number: u64, action: Action, name: &str) -> Intent {
    Intent {
        sequence: Sequence(number),
        ..Intent::new(action, &format!("test_object.{name}"), PROVIDER)
    }
}

fn outcome(number: u64, id: Option<&str>) -> Record {
    Record::Outcome(Box::new(Outcome {
        sequence: Sequence(number),
        object: id.map(object),
        error: None,
    }))
}

fn replay(records: Vec<Record>) -> Replay {
    Replay {
        records,
        length: 0,
        tail: Tail::Clean,
    }
}

/// Objects as `NAME[/DEPOSED]=ID`, open actions as `NAME?`.
fn told(reconciled: &Reconciled) -> String {
    let mut told = Vec::new();
    for resource in &reconciled.snapshot.resources {
        for object in &resource.instances {
            let json = object.attributes.as_ref().expect("attributes").get();
            let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
            let deposed = match object.deposed.as_str() {
                "" => String::new(),
                key => format!("/{key}"),
            };
            let tainted = match object.status {
                Some(Status::Tainted) => " tainted",
                None => "",
            };
            let id = json["id"].as_str().expect("an ID");
            told.push(format!("{}{deposed}={id}{tainted}", resource.name));
        }
    }
    for intent in &reconciled.open {
        let name = intent.address.trim_start_matches("test_object.");
        told.push(format!("{name}?"));
    }
    told.join(" ")
}

fn both(state: Option<&Snapshot>, records: Vec<Record>) -> String {
    match reconcile(state.cloned(), &replay(records)) {
        Ok(Some(reconciled)) => told(&reconciled),
        Ok(None) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_the_journal_says_follows_what_the_state_says() {
    use Action::{Create, Delete, Update};
    let base = state("a", 5, &[("kept", "k"), ("old", "o")]);
    let cases: [(&str, Vec<Record>, &str); 7] = [
        ("nothing was begun", vec![], "kept=k old=o"),
        (
            "one created, one not known of",
            vec![
                Record::Intent(intent(0, Create, "new")),
                Record::Intent(intent(1, Create, "other")),
                outcome(0, Some("n")),
            ],
            "kept=k new=n old=o other?",
        ),
        (
            "destroyed",
            vec![Record::Intent(intent(0, Delete, "old")), outcome(0, None)],
            "kept=k",
        ),
        (
            "updated, and an update not known of",
            vec![
                Record::Intent(intent(0, Update, "kept")),
                outcome(0, Some("k2")),
                Record::Intent(intent(1, Update, "old")),
            ],
            "kept=k2 old=o old?",
        ),
        (
            "replaced, the new one first",
            vec![
                Record::Intent(Intent {
                    deposes: Some("0000000a".into()),
                    ..intent(0, Create, "old")
                }),
                outcome(0, Some("o2")),
                Record::Intent(Intent {
                    deposed: "0000000a".into(),
                    ..intent(1, Delete, "old")
                }),
            ],
            "kept=k old=o2 old/0000000a=o old?",
        ),
        (
            "the same, but nothing was created",
            vec![
                Record::Intent(Intent {
                    deposes: Some("0000000a".into()),
                    ..intent(0, Create, "old")
                }),
                outcome(0, None),
            ],
            "kept=k old=o",
        ),
        (
            "the last of several outcomes counts",
            vec![
                Record::Intent(intent(0, Create, "new")),
                Record::Outcome(Box::new(Outcome {
                    sequence: Sequence(0),
                    object: Some(InstanceObject {
                        status: Some(Status::Tainted),
                        ..object("n")
                    }),
                    error: None,
                })),
                outcome(0, Some("n")),
            ],
            "kept=k new=n old=o",
        ),
    ];
    for (case, records, expected) in cases {
        let records = std::iter::once(begin(Some(&base), "")).chain(records);
        assert_eq!(both(Some(&base), records.collect()), expected, "{case}");
    }
}

#[test]
fn a_run_that_began_without_a_state_needs_none() {
    let records = vec![
        begin(None, "a"),
        Record::Intent(intent(0, Action::Create, "new")),
        outcome(0, Some("n")),
    ];
    let reconciled = reconcile(None, &replay(records)).expect("it fits");
    let reconciled = reconciled.expect("a state");
    assert_eq!(told(&reconciled), "new=n");
    assert_eq!(reconciled.snapshot.lineage, "a");
    assert_eq!(both(None, Vec::new()), "nothing");
}

#[test]
fn a_state_that_is_missing_or_another_one_is_an_error() {
    let base = state("a", 5, &[]);
    let other = state("b", 5, &[]);
    let records = || vec![begin(Some(&base), "")];
    assert_eq!(
        both(None, records()),
        "it continues serial 5 of the state with lineage \"a\", which is missing"
    );
    assert_eq!(
        both(Some(&other), records()),
        "it belongs to the state with lineage \"a\", not to this one with lineage \"b\""
    );
    assert_eq!(
        both(Some(&base), vec![outcome(0, None)]),
        "its first record does not say which state it continues"
    );
    let wrong = Intent::new(Action::Create, "no address", PROVIDER);
    let wrong = vec![
        begin(Some(&base), ""),
        Record::Intent(wrong),
        outcome(0, Some("x")),
    ];
    assert_eq!(
        both(Some(&base), wrong),
        "it speaks of \"no address\", which is no address of a resource instance"
    );
}

#[test]
fn a_snapshot_that_took_the_journals_place_is_not_told_twice() {
    let base = state("a", 5, &[("kept", "k")]);
    let done = state("a", 6, &[("kept", "k"), ("new", "n")]);
    let records = vec![
        begin(Some(&base), ""),
        Record::Intent(intent(0, Action::Create, "new")),
        Record::Intent(intent(1, Action::Create, "other")),
        outcome(0, Some("n")),
        Record::Compact(Compact {
            serial: 6,
            checksum: done.checksum(),
            open: vec![Sequence(1)],
        }),
    ];
    // Killed before the snapshot was renamed, and after.
    assert_eq!(both(Some(&base), records.clone()), "kept=k new=n other?");
    assert_eq!(both(Some(&done), records.clone()), "kept=k new=n other?");
    let reconciled = reconcile(Some(done), &replay(records)).expect("it fits");
    assert!(!reconciled.expect("a state").changed);
}

#[test]
fn a_state_that_moved_on_knows_better_and_loses_nothing() {
    use Action::{Create, Delete, Update};
    let base = state("a", 5, &[("kept", "k"), ("old", "o")]);
    let records = vec![
        begin(Some(&base), ""),
        Record::Intent(intent(0, Create, "new")),
        outcome(0, Some("n")),
        Record::Intent(intent(1, Update, "kept")),
        outcome(1, Some("k2")),
        Record::Intent(intent(2, Delete, "old")),
        outcome(2, None),
        Record::Intent(intent(3, Create, "other")),
    ];
    let cases: [(&str, Snapshot, &str); 6] = [
        (
            "nothing there",
            state("a", 6, &[("kept", "k3"), ("old", "o")]),
            "kept=k3 new=n old=o other?",
        ),
        (
            "another one there",
            state("a", 6, &[("new", "n2")]),
            "new=n2 new/91f8a17e=n other?",
        ),
        (
            "imported meanwhile",
            state("a", 6, &[("new", "n")]),
            "new=n other?",
        ),
        (
            "an older state put back",
            state("a", 3, &[("kept", "k0")]),
            "kept=k0 new=n other?",
        ),
        (
            "the same serial, other contents",
            state("a", 5, &[("kept", "k4")]),
            "kept=k4 new=n other?",
        ),
        (
            "a state of old without a lineage",
            state("", 9, &[]),
            "new=n other?",
        ),
    ];
    for (case, state, expected) in cases {
        assert_eq!(both(Some(&state), records.clone()), expected, "{case}");
    }
    // A run that began without a state, and a state that began after it.
    let records = vec![
        begin(None, "a"),
        Record::Intent(intent(0, Create, "new")),
        outcome(0, Some("n")),
    ];
    let theirs = state("b", 1, &[("theirs", "t")]);
    assert_eq!(both(Some(&theirs), records), "new=n theirs=t");
}
