//! Waiting for objects and webhooks.

use std::time::Duration;

use serde_json::json;
use trueup_kubernetes::client::{Manager, ObjectRef, WEBHOOK_PATIENCE};

use crate::server::{cluster, failure, run, settings};

const MANAGER: Manager<'static> = Manager {
    name: "trueup",
    force: false,
    inherit: false,
};

#[test]
fn a_webhook_without_endpoints_is_waited_for() {
    let message = "Internal error occurred: failed calling webhook \"m.example.com\": failed to call webhook: Post \"https://hook\": no endpoints available for service \"hook\"";
    let absent = || failure(500, "InternalError", message, json!([]));
    let (cluster, log) = cluster(vec![absent(), absent(), (200, settings())]);
    run(cluster.apply_patiently(&settings(), MANAGER, WEBHOOK_PATIENCE)).expect("in the end");
    let waits: Vec<String> = log
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("wait"))
        .collect();
    assert_eq!(waits, ["wait 15 ms", "wait 22 ms"]);
}

#[test]
fn patience_ends() {
    let message = "Internal error occurred: failed calling webhook \"m.example.com\": failed to call webhook: no endpoints available for service \"hook\"";
    let (cluster, log) = cluster(vec![failure(500, "InternalError", message, json!([]))]);
    let wanted = settings();
    let applied = cluster.apply_patiently(&wanted, MANAGER, WEBHOOK_PATIENCE);
    let error = run(applied).expect_err("no webhook");
    assert_eq!(error.summary(), "Admission webhook unavailable");
    let waited: u64 = log
        .lines()
        .iter()
        .filter_map(|line| {
            line.strip_prefix("wait ")?
                .strip_suffix(" ms")?
                .parse::<u64>()
                .ok()
        })
        .sum();
    assert!((140_000..=150_000).contains(&waited), "{waited}");
}

#[test]
fn a_finalizer_that_nobody_removes_is_named() {
    let mut held = settings();
    held["metadata"]["uid"] = json!("1");
    held["metadata"]["finalizers"] = json!(["example.com/cleanup"]);
    let (cluster, _) = cluster(vec![(200, held)]);
    let object = ObjectRef::of(&settings()).expect("an object");
    let waited = cluster.wait_deleted(&object, Some("1"), Duration::from_secs(30));
    assert_eq!(
        run(waited).expect_err("it stays").to_string(),
        "Could not delete ConfigMap \"settings\" in namespace \"default\": after 30 s it is still held by its finalizers: example.com/cleanup. Does the controller that must remove them run?"
    );
}

#[test]
fn an_object_of_the_same_name_is_another_one() {
    let mut other = settings();
    other["metadata"]["uid"] = json!("2");
    let (cluster, _) = cluster(vec![(200, other)]);
    let object = ObjectRef::of(&settings()).expect("an object");
    run(cluster.wait_deleted(&object, Some("1"), Duration::from_secs(30))).expect("it is gone");
}
