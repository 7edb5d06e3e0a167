//! Whether objects are ready.

use serde_json::{Value as Json, json};
use trueup_kubernetes::client::{
    Readiness::{self, Failed, InProgress, Ready},
    readiness,
};

fn object(api_version: &str, kind: &str, rest: Json) -> Json {
    let mut object =
        json!({ "apiVersion": api_version, "kind": kind, "metadata": { "generation": 2 } });
    for (name, value) in rest.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}

fn condition(kind: &str, status: &str, reason: &str) -> Json {
    json!({ "status": { "conditions": [{ "type": kind, "status": status, "reason": reason, "message": "m" }] } })
}

#[test]
fn rules_by_kind() {
    let wait = |text: &str| InProgress(text.to_owned());
    let fail = |text: &str| Failed(text.to_owned());
    let unseen = "its controller has not seen the last change yet";
    let new = "its controller has not seen it yet";
    let counts = |updated: u8, replicas: u8, available: u8| {
        json!({ "spec": { "replicas": 2 }, "status": { "observedGeneration": 2,
            "updatedReplicas": updated, "replicas": replicas, "availableReplicas": available } })
    };
    let cases: Vec<(&str, &str, Json, Readiness)> = vec![
        ("v1", "ConfigMap", json!({}), Ready),
        ("apps/v1", "Deployment", json!({}), wait(new)),
        (
            "apps/v1",
            "Deployment",
            json!({ "status": { "observedGeneration": 1 } }),
            wait(unseen),
        ),
        (
            "apps/v1",
            "Deployment",
            counts(1, 2, 2),
            wait("1 of 2 replicas updated"),
        ),
        (
            "apps/v1",
            "Deployment",
            counts(2, 3, 2),
            wait("1 old replicas still run"),
        ),
        (
            "apps/v1",
            "Deployment",
            counts(2, 2, 1),
            wait("1 of 2 replicas available"),
        ),
        ("apps/v1", "Deployment", counts(2, 2, 2), Ready),
        (
            "apps/v1",
            "Deployment",
            condition("Progressing", "False", "ProgressDeadlineExceeded"),
            fail("ProgressDeadlineExceeded: m"),
        ),
        (
            "apps/v1",
            "StatefulSet",
            json!({ "spec": { "replicas": 1 }, "status": { "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b" } }),
            wait("not all replicas have the new revision"),
        ),
        (
            "apps/v1",
            "StatefulSet",
            json!({ "spec": { "replicas": 1 }, "status": { "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "currentRevision": "b", "updateRevision": "b" } }),
            Ready,
        ),
        (
            "apps/v1",
            "DaemonSet",
            json!({ "status": { "observedGeneration": 2, "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 0, "numberReady": 1 } }),
            wait("0 of 1 pods available"),
        ),
        ("batch/v1", "Job", json!({}), wait("it has not started yet")),
        (
            "batch/v1",
            "Job",
            json!({ "status": { "startTime": "t" } }),
            wait("it runs"),
        ),
        ("batch/v1", "Job", condition("Complete", "True", ""), Ready),
        (
            "batch/v1",
            "Job",
            condition("Failed", "True", "BackoffLimitExceeded"),
            fail("BackoffLimitExceeded: m"),
        ),
        (
            "v1",
            "Pod",
            json!({ "status": { "phase": "Succeeded" } }),
            Ready,
        ),
        (
            "v1",
            "Pod",
            json!({ "status": { "phase": "Pending" } }),
            wait("it does not run yet"),
        ),
        (
            "v1",
            "PersistentVolumeClaim",
            json!({ "status": { "phase": "Pending" } }),
            wait("it is not bound to a volume yet"),
        ),
        (
            "v1",
            "PersistentVolumeClaim",
            json!({ "status": { "phase": "Bound" } }),
            Ready,
        ),
        (
            "v1",
            "Service",
            json!({ "spec": { "type": "LoadBalancer" } }),
            wait("its load balancer has no address yet"),
        ),
        (
            "v1",
            "Service",
            json!({ "spec": { "type": "ClusterIP" } }),
            Ready,
        ),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            json!({}),
            wait("it is not established yet"),
        ),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            condition("Established", "True", ""),
            Ready,
        ),
        ("example.com/v1", "Thing", json!({}), Ready),
        (
            "example.com/v1",
            "Thing",
            condition("Ready", "False", "Starting"),
            wait("Starting: m"),
        ),
        (
            "example.com/v1",
            "Thing",
            condition("Stalled", "True", "Broken"),
            fail("Broken: m"),
        ),
        (
            "example.com/v1",
            "Thing",
            json!({ "metadata": { "deletionTimestamp": "t" } }),
            wait("it is being deleted"),
        ),
    ];
    for (api_version, kind, rest, expected) in cases {
        let object = object(api_version, kind, rest);
        assert_eq!(readiness(&object), expected, "{object}");
    }
}
