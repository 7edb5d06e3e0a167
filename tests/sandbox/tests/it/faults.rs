//! Calls that are counted and calls that go wrong.

use serde_json::{Value as Json, json};
use trueup_sandbox::{Call, Fault, Rule, shared};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn config_map(name: &str) -> Json {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name } })
}

fn call(operation: &str, path: &str, mutating: bool) -> Call {
    Call {
        service: "kubernetes".to_owned(),
        operation: operation.to_owned(),
        path: path.to_owned(),
        mutating,
        arguments: String::new(),
    }
}

#[test]
fn calls_are_counted_and_those_that_change_something_told_apart() {
    let Some(sandbox) = shared() else { return };
    let front = sandbox.front().unwrap();
    let cluster = front.cluster().unwrap();
    let path = format!("{MAPS}/counted");
    let dry = format!("{MAPS}?dryRun=All");
    cluster.create(&dry, &config_map("counted")).unwrap();
    assert_eq!(cluster.get(&path).unwrap(), None);
    cluster.create(MAPS, &config_map("counted")).unwrap();
    cluster.delete(&path).unwrap();
    let counted = [
        call("POST", MAPS, false),
        call("GET", &path, false),
        call("POST", MAPS, true),
        call("DELETE", &path, true),
    ];
    let faults = &front.kubernetes_faults;
    assert_eq!(faults.calls().unwrap(), counted);
    assert_eq!(faults.mutations().unwrap(), 2);
    faults.forget().unwrap();
    assert_eq!(faults.calls().unwrap(), []);
}

#[test]
fn fronts_do_not_see_each_other() {
    let Some(sandbox) = shared() else { return };
    let (one, other) = (sandbox.front().unwrap(), sandbox.front().unwrap());
    one.kubernetes_faults
        .set(&[Rule::new(Fault::Error)], 1)
        .unwrap();
    let seen = other.cluster().unwrap().get("/api/v1/namespaces/default");
    assert!(seen.unwrap().is_some());
    assert_eq!(one.kubernetes_faults.calls().unwrap(), []);
}

#[test]
fn an_answer_is_lost_after_the_action() {
    let Some(sandbox) = shared() else { return };
    let front = sandbox.front().unwrap();
    let path = format!("{MAPS}/lost");
    let rule = Rule {
        mutating: true,
        times: 1,
        ..Rule::new(Fault::Lost)
    };
    front.kubernetes_faults.set(&[rule], 1).unwrap();
    let answer = front.cluster().unwrap().create(MAPS, &config_map("lost"));
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(front.kubernetes_faults.fired().unwrap(), [1]);
    let behind = sandbox.cluster().unwrap();
    assert!(behind.get(&path).unwrap().is_some());
    behind.delete(&path).unwrap();
}

#[test]
fn a_call_that_is_reset_never_arrives() {
    let Some(sandbox) = shared() else { return };
    let front = sandbox.front().unwrap();
    let rule = Rule {
        mutating: true,
        times: 1,
        ..Rule::new(Fault::Reset)
    };
    front.kubernetes_faults.set(&[rule], 1).unwrap();
    let answer = front.cluster().unwrap().create(MAPS, &config_map("reset"));
    assert!(answer.is_err(), "{answer:?}");
    let behind = sandbox.cluster().unwrap();
    assert_eq!(behind.get(&format!("{MAPS}/reset")).unwrap(), None);
}

#[test]
fn a_storm_strikes_its_portion_of_the_calls_and_the_same_ones_every_time() {
    let Some(sandbox) = shared() else { return };
    let front = sandbox.front().unwrap();
    let faults = &front.kubernetes_faults;
    let struck = |seed| {
        faults.storm(seed, 0.3).unwrap();
        // No connection outlives a reset, and no client tries again.
        let ask = || front.cluster().unwrap().get("/version").is_err();
        let struck: Vec<bool> = (0..100).map(|_| ask()).collect();
        (struck, faults.fired().unwrap())
    };
    let (first, fired) = struck(7);
    let count = first.iter().filter(|struck| **struck).count();
    assert!((15..=45).contains(&count), "{count} of 100 went wrong");
    assert!(fired.iter().all(|times| *times > 0), "{fired:?}");
    assert_eq!(struck(7), (first.clone(), fired));
    assert_ne!(struck(8).0, first);
}
