//! Serial and lineage, and which state may take the place of which.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

use trueup_state::{Snapshot, snapshot::Output};

fn snapshot(lineage: &str, serial: u64, output: &str) -> Snapshot {
    let mut snapshot = Snapshot::empty(lineage.into());
    snapshot.serial = serial;
    let raw = |text: String| serde_json::value::RawValue::from_string(text).unwrap();
    snapshot.outputs.insert(
        "o".into(),
        Output {
            value: raw(format!("{output:?}")),
            ty: raw("\"string\"".into()),
            sensitive: false,
        },
    );
    snapshot
}

#[test]
fn a_push_is_refused_as_terraform_refuses_it() {
    let existing = snapshot("a", 5, "x");
    let check = |new: Snapshot| {
        let answer = new.check_import(&existing);
        answer.map_or_else(|error| error.to_string(), |()| "ok".to_owned())
    };
    assert_eq!(check(snapshot("a", 6, "y")), "ok");
    assert_eq!(check(snapshot("a", 5, "x")), "ok");
    assert_eq!(check(snapshot("", 0, "y")), "ok");
    assert_eq!(
        check(snapshot("b", 6, "y")),
        "cannot import state with lineage \"b\" over unrelated state with lineage \"a\""
    );
    assert_eq!(
        check(snapshot("a", 4, "y")),
        "cannot import state with serial 4 over newer state with serial 5"
    );
    assert_eq!(
        check(snapshot("a", 5, "y")),
        "cannot overwrite existing state with serial 5 with a different state that has the same serial"
    );
    assert!(
        snapshot("b", 1, "y")
            .check_import(&Snapshot::empty("a".into()))
            .is_ok()
    );
}

#[test]
fn only_a_change_counts() {
    let previous = snapshot("a", 5, "x");
    let mut same = snapshot("b", 0, "x");
    same.succeed(Some(&previous));
    assert_eq!((same.lineage.as_str(), same.serial), ("a", 5));
    let mut changed = snapshot("b", 0, "y");
    changed.succeed(Some(&previous));
    assert_eq!(changed.serial, 6);
    let mut first = snapshot("b", 0, "y");
    first.succeed(None);
    assert_eq!((first.lineage.as_str(), first.serial), ("b", 1));
}
