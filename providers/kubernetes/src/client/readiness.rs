//! Whether an object has become what it should be.
//!
//! The rules are those of kstatus
//! (<https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus>).

use serde_json::Value as Json;

use super::Kind;

/// How far an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It is what it should be.
    Ready,
    /// It is on its way; what is missing.
    InProgress(String),
    /// It will not become ready by itself; why.
    Failed(String),
}

use Readiness::{Failed, InProgress, Ready};

/// How far `object` is, as it was last seen.
pub fn readiness(object: &Json) -> Readiness {
    if object.pointer("/metadata/deletionTimestamp").is_some() {
        return InProgress("it is being deleted".to_owned());
    }
    if let (Some(generation), Some(observed)) = (
        number(object, "/metadata/generation"),
        number(object, "/status/observedGeneration"),
    ) && observed < generation
    {
        return InProgress("its controller has not seen the last change yet".to_owned());
    }
    let Some(kind) = Kind::of(object) else {
        return Ready;
    };
    match (kind.group(), kind.kind.as_str()) {
        ("apps", "Deployment") => deployment(object),
        ("apps", "StatefulSet") => stateful_set(object),
        ("apps", "DaemonSet") => daemon_set(object),
        ("apps", "ReplicaSet") => replica_set(object),
        ("batch", "Job") => job(object),
        ("", "Pod") => pod(object),
        ("", "PersistentVolumeClaim") => claim(object),
        ("", "Service") => service(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        ("apiregistration.k8s.io", "APIService") => api_service(object),
        _ => generic(object),
    }
}

fn number(object: &Json, pointer: &str) -> Option<i64> {
    object.pointer(pointer)?.as_i64()
}

fn text<'a>(object: &'a Json, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

/// Status, reason and message of a condition.
pub fn condition<'a>(object: &'a Json, kind: &str) -> Option<(&'a str, String)> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    let mut conditions = conditions.iter();
    let found = conditions.find(|c| c.get("type").and_then(Json::as_str) == Some(kind))?;
    let part = |name: &str| found.get(name).and_then(Json::as_str).unwrap_or_default();
    let words = match (part("reason"), part("message")) {
        ("", message) => message.to_owned(),
        (reason, "") => reason.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    };
    Some((found.get("status")?.as_str()?, words))
}

fn counted(what: &str, have: i64, want: i64) -> Readiness {
    match have >= want {
        true => Ready,
        false => InProgress(format!("{have} of {want} {what}")),
    }
}

/// The first that is not ready.
fn all<const N: usize>(steps: [Readiness; N]) -> Readiness {
    let mut steps = steps.into_iter();
    steps.find(|step| *step != Ready).unwrap_or(Ready)
}

fn deployment(object: &Json) -> Readiness {
    if let Some(("False", words)) = condition(object, "Progressing")
        && words.starts_with("ProgressDeadlineExceeded")
    {
        return Failed(words);
    }
    if object.get("status").is_none() {
        return InProgress("its controller has not seen it yet".to_owned());
    }
    let want = number(object, "/spec/replicas").unwrap_or(1);
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    let stale = count("replicas") - count("updatedReplicas");
    all([
        counted("replicas updated", count("updatedReplicas"), want),
        match stale > 0 {
            true => InProgress(format!("{stale} old replicas still run")),
            false => Ready,
        },
        counted("replicas available", count("availableReplicas"), want),
    ])
}

fn stateful_set(object: &Json) -> Readiness {
    if text(object, "/spec/updateStrategy/type") == Some("OnDelete") {
        return Ready;
    }
    let want = number(object, "/spec/replicas").unwrap_or(1);
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    let partition = number(object, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
    let revision = |name: &str| text(object, &format!("/status/{name}"));
    let rolled = partition > 0 || revision("currentRevision") == revision("updateRevision");
    all([
        counted("replicas", count("replicas"), want),
        counted("replicas ready", count("readyReplicas"), want),
        counted(
            "replicas updated",
            count("updatedReplicas"),
            want - partition,
        ),
        match rolled {
            true => Ready,
            false => InProgress("not all replicas have the new revision".to_owned()),
        },
    ])
}

fn daemon_set(object: &Json) -> Readiness {
    let count = |name: &str| number(object, &format!("/status/{name}"));
    let Some(want) = count("desiredNumberScheduled") else {
        return InProgress("its controller has not seen it yet".to_owned());
    };
    if number(object, "/status/observedGeneration").is_none() {
        return InProgress("its controller has not seen it yet".to_owned());
    }
    let count = |name: &str| count(name).unwrap_or(0);
    all([
        counted("pods scheduled", count("currentNumberScheduled"), want),
        counted("pods updated", count("updatedNumberScheduled"), want),
        counted("pods available", count("numberAvailable"), want),
        counted("pods ready", count("numberReady"), want),
    ])
}

fn replica_set(object: &Json) -> Readiness {
    let want = number(object, "/spec/replicas").unwrap_or(1);
    let count = |name: &str| number(object, &format!("/status/{name}")).unwrap_or(0);
    all([
        counted("replicas", count("replicas"), want),
        counted("replicas available", count("availableReplicas"), want),
    ])
}

fn job(object: &Json) -> Readiness {
    if let Some(("True", words)) = condition(object, "Failed") {
        return Failed(words);
    }
    if let Some(("True", _)) = condition(object, "Complete") {
        return Ready;
    }
    match text(object, "/status/startTime") {
        Some(_) => InProgress("it runs".to_owned()),
        None => InProgress("it has not started yet".to_owned()),
    }
}

fn pod(object: &Json) -> Readiness {
    match text(object, "/status/phase") {
        Some("Succeeded") => Ready,
        Some("Failed") => Failed(
            text(object, "/status/message")
                .unwrap_or("its containers failed")
                .to_owned(),
        ),
        Some("Running") => match condition(object, "Ready") {
            Some(("True", _)) => Ready,
            Some((_, words)) => InProgress(words),
            None => InProgress("it is not ready yet".to_owned()),
        },
        _ => match condition(object, "PodScheduled") {
            Some(("False", words)) => InProgress(words),
            _ => InProgress("it does not run yet".to_owned()),
        },
    }
}

fn claim(object: &Json) -> Readiness {
    match text(object, "/status/phase") {
        Some("Bound") => Ready,
        Some("Lost") => Failed("its volume is lost".to_owned()),
        _ => InProgress("it is not bound to a volume yet".to_owned()),
    }
}

fn service(object: &Json) -> Readiness {
    let balancer = text(object, "/spec/type") == Some("LoadBalancer");
    let ingress = object.pointer("/status/loadBalancer/ingress");
    let addressed = ingress
        .and_then(Json::as_array)
        .is_some_and(|i| !i.is_empty());
    match balancer && !addressed {
        true => InProgress("its load balancer has no address yet".to_owned()),
        false => Ready,
    }
}

fn definition(object: &Json) -> Readiness {
    if let Some(("False", words)) = condition(object, "NamesAccepted")
        && !words.is_empty()
    {
        return Failed(words);
    }
    match condition(object, "Established") {
        Some(("True", _)) => Ready,
        Some((_, words)) => InProgress(words),
        None => InProgress("it is not established yet".to_owned()),
    }
}

fn api_service(object: &Json) -> Readiness {
    match condition(object, "Available") {
        Some(("True", _)) => Ready,
        Some((_, words)) => InProgress(words),
        None => InProgress("it is not available yet".to_owned()),
    }
}

/// Objects of any other kind are ready unless a condition says otherwise.
fn generic(object: &Json) -> Readiness {
    if let Some(("True", words)) = condition(object, "Stalled") {
        return Failed(words);
    }
    if let Some(("True", words)) = condition(object, "Reconciling") {
        return InProgress(words);
    }
    match condition(object, "Ready") {
        Some(("True", _)) | None => Ready,
        Some((_, words)) => InProgress(words),
    }
}
