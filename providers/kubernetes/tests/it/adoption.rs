//! Objects that others made.

use serde_json::{Value as Json, json};
use trueup_kubernetes::client::{Manager, ObjectRef};

use crate::server::{cluster, failure, run, settings};

const MANAGER: Manager<'static> = Manager {
    name: "trueup",
    force: false,
    inherit: true,
};

fn managed(entries: Json) -> Json {
    let mut object = settings();
    object["metadata"]["managedFields"] = entries;
    object["metadata"]["resourceVersion"] = json!("7");
    object
}

fn entry(manager: &str, operation: &str, time: &str, fields: Json) -> Json {
    json!({ "manager": manager, "operation": operation, "apiVersion": "v1", "time": time, "fieldsV1": fields })
}

fn conflict_with(manager: &str) -> (u16, Json) {
    let message = format!("conflict with \"{manager}\" using v1");
    let cause =
        json!([{ "reason": "FieldManagerConflict", "field": ".data.mode", "message": message }]);
    failure(409, "Conflict", "Apply failed", cause)
}

#[test]
fn what_kubectl_made_is_taken_over() {
    let theirs = entry(
        "kubectl-client-side-apply",
        "Update",
        "2026-11-29T00:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let live = managed(json!([theirs]));
    let (cluster, log) = cluster(vec![
        conflict_with("kubectl-client-side-apply"),
        (200, settings()),
    ]);
    let dry = run(cluster.dry_run_over(&settings(), Some(&live), MANAGER)).expect("taken over");
    let taken: Vec<String> = dry.taken.iter().map(ToString::to_string).collect();
    assert_eq!(
        taken,
        [
            ".data.mode is managed by \"kubectl-client-side-apply\" (Update, last at 2026-11-29T00:00:00Z)"
        ]
    );
    assert!(log.lines()[1].contains("force=true"));
}

#[test]
fn once_it_is_ours_others_are_asked_for() {
    let ours = entry(
        "trueup",
        "Apply",
        "2026-11-29T00:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let live = managed(json!([ours]));
    let (cluster, log) = cluster(vec![conflict_with("kubectl-edit")]);
    let error =
        run(cluster.dry_run_over(&settings(), Some(&live), MANAGER)).expect_err("a conflict");
    assert_eq!(error.summary(), "Field manager conflict");
    assert_eq!(log.lines().len(), 1);
}

#[test]
fn strangers_are_never_taken_over() {
    let theirs = entry(
        "flux",
        "Update",
        "2026-11-29T00:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let live = managed(json!([theirs]));
    let (cluster, _) = cluster(vec![conflict_with("flux")]);
    run(cluster.dry_run_over(&settings(), Some(&live), MANAGER)).expect_err("a conflict");
}

#[test]
fn the_last_to_manage_what_differs_is_to_blame() {
    let ours = entry(
        "trueup",
        "Apply",
        "2026-11-29T09:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let early = entry(
        "kubectl-create",
        "Update",
        "2026-11-29T01:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let late = entry(
        "kubectl-edit",
        "Update",
        "2026-11-29T02:00:00Z",
        json!({ "f:data": { ".": {}, "f:mode": {} } }),
    );
    let other = entry(
        "kubectl-label",
        "Update",
        "2026-11-29T03:00:00Z",
        json!({ "f:metadata": { "f:labels": {} } }),
    );
    let (cluster, _) = cluster(vec![(200, managed(json!([ours, early, late, other])))]);
    let mut before = settings();
    before["data"]["mode"] = json!("slow");
    let object = ObjectRef::of(&before).expect("an object");
    let blamed = run(cluster.blame(&object, &before, &settings(), "trueup")).expect("an answer");
    let blamed = blamed.expect("somebody");
    assert_eq!(
        (blamed.manager.as_str(), blamed.time.as_deref()),
        ("kubectl-edit", Some("2026-11-29T02:00:00Z"))
    );
}

#[test]
fn what_only_we_manage_was_changed_by_us() {
    let ours = entry(
        "trueup",
        "Apply",
        "2026-11-29T09:00:00Z",
        json!({ "f:data": { "f:mode": {} } }),
    );
    let other = entry(
        "kubectl-label",
        "Update",
        "2026-11-29T10:00:00Z",
        json!({ "f:metadata": { "f:labels": {} } }),
    );
    let (cluster, _) = cluster(vec![(200, managed(json!([ours, other])))]);
    let mut before = settings();
    before["data"]["mode"] = json!("slow");
    let object = ObjectRef::of(&before).expect("an object");
    let blamed = run(cluster.blame(&object, &before, &settings(), "trueup")).expect("an answer");
    assert_eq!(blamed.expect("somebody").manager, "trueup");
}
