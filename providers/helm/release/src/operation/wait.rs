//! Waiting until objects are what they should be.
//!
//! The rules are those by which Helm 4 waits (kstatus).

use std::time::Duration;

use serde_json::Value;
use trueup_kubernetes::client::{ClusterError, ObjectRef, Readiness, condition, readiness};

use super::{Item, OperationError, Releases, Unready, apply::text};

/// What counts as ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Objects are ready, jobs begun.
    Ready,
    /// Objects are ready, jobs complete.
    Complete,
    /// Jobs and pods are complete; nothing else matters. For hooks.
    Ended,
}

/// How far an object is.
pub(crate) fn progress(object: &Value, until: Until) -> Readiness {
    let kind = object
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let version = object.get("apiVersion").and_then(Value::as_str);
    let group = version.and_then(|version| version.split_once('/'));
    let group = group.map_or("", |(group, _)| group);
    match (group, kind, until) {
        ("batch", "Job", Until::Ready) => begun(object),
        ("batch", "Job", _) => readiness(object),
        ("", "Pod", Until::Ended) => ended(object),
        (_, _, Until::Ended) => Readiness::Ready,
        ("apps", "Deployment", _) => deployment(object),
        // An address of a load balancer is not waited for.
        ("", "Service", _) => Readiness::Ready,
        // Nor whether an aggregated API answers.
        ("apiregistration.k8s.io", "APIService", _) => Readiness::Ready,
        _ => readiness(object),
    }
}

/// The same for an object that was deleted: that it goes says nothing.
fn ended_as(last: &Value, until: Until) -> Readiness {
    let mut last = last.clone();
    if let Some(metadata) = last.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("deletionTimestamp");
    }
    progress(&last, until)
}

fn begun(job: &Value) -> Readiness {
    match readiness(job) {
        Readiness::InProgress(_) if job.pointer("/status/startTime").is_some() => Readiness::Ready,
        other => other,
    }
}

fn ended(pod: &Value) -> Readiness {
    match text(pod, "/status/phase").as_deref() {
        Some("Succeeded" | "Failed") => readiness(pod),
        Some("Running") => Readiness::InProgress("it runs".to_owned()),
        _ => match readiness(pod) {
            Readiness::Ready => Readiness::InProgress("it does not run yet".to_owned()),
            other => other,
        },
    }
}

fn deployment(object: &Value) -> Readiness {
    if object.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return Readiness::Ready;
    }
    let ready = readiness(object);
    if ready != Readiness::Ready {
        return ready;
    }
    let rolled = match object.pointer("/spec/progressDeadlineSeconds") {
        None => true,
        Some(seconds) if seconds.as_i64() == Some(i64::from(i32::MAX)) => true,
        Some(_) => condition(object, "Progressing").is_some_and(|(status, words)| {
            status == "True" && words.starts_with("NewReplicaSetAvailable")
        }),
    };
    match condition(object, "Available") {
        _ if !rolled => Readiness::InProgress("its new replica set is not available".to_owned()),
        Some(("True", _)) => Readiness::Ready,
        Some((_, words)) => Readiness::InProgress(words),
        None => Readiness::InProgress("it is not available yet".to_owned()),
    }
}

/// An object that is waited for, and what it lacked when it was last seen.
struct Waited {
    object: ObjectRef,
    seen: Value,
    progress: Readiness,
}

impl Releases<'_> {
    /// Waits for objects as they were answered when they were written.
    pub(crate) async fn wait(
        &self,
        written: &[Value],
        until: Until,
        limit: Duration,
    ) -> Result<(), OperationError> {
        let waited = written.iter().filter_map(|seen| {
            Some(Waited {
                object: ObjectRef::of(seen)?,
                progress: progress(seen, until),
                seen: seen.clone(),
            })
        });
        let mut waited: Vec<Waited> = waited.collect();
        let mut deadline = self.deadline(limit);
        loop {
            waited.retain(|one| one.progress != Readiness::Ready);
            let moving = |one: &Waited| matches!(one.progress, Readiness::InProgress(_));
            if !waited.iter().any(moving) {
                return self.not_ready(waited, None).await;
            }
            if !self.pause(&mut deadline).await {
                return self.not_ready(waited, Some(deadline.seconds())).await;
            }
            self.look(&mut waited, until).await?;
        }
    }

    async fn look(&self, waited: &mut [Waited], until: Until) -> Result<(), ClusterError> {
        let moving = |one: &&mut Waited| matches!(one.progress, Readiness::InProgress(_));
        let moving: Vec<&mut Waited> = waited.iter_mut().filter(moving).collect();
        let objects: Vec<ObjectRef> = moving.iter().map(|one| one.object.clone()).collect();
        let found = self.cluster.get_all(&objects).await;
        for (one, found) in moving.into_iter().zip(found) {
            match found.map_err(|error| (*error).clone())? {
                Some(live) => {
                    one.progress = progress(&live, until);
                    one.seen = live;
                }
                None => one.progress = self.gone(one, until).await,
            }
        }
        Ok(())
    }

    /// How far an object was that is gone: jobs may be deleted as soon as they
    /// are complete.
    async fn gone(&self, one: &Waited, until: Until) -> Readiness {
        let last = self.cluster.last_state(&one.object, &one.seen).await;
        match last.ok().flatten().map(|last| ended_as(&last, until)) {
            Some(Readiness::InProgress(reason)) => {
                Readiness::Failed(format!("it was deleted before it was done: {reason}"))
            }
            Some(known) => known,
            None if until == Until::Ended => Readiness::Failed("it was deleted".to_owned()),
            None => Readiness::InProgress("it was deleted meanwhile".to_owned()),
        }
    }

    async fn not_ready(
        &self,
        waited: Vec<Waited>,
        seconds: Option<u64>,
    ) -> Result<(), OperationError> {
        if waited.is_empty() {
            return Ok(());
        }
        let mut objects = Vec::with_capacity(waited.len());
        for one in waited {
            let reason = match one.progress {
                Readiness::InProgress(reason) | Readiness::Failed(reason) => reason,
                Readiness::Ready => continue,
            };
            objects.push(Unready {
                hints: self.why(&one.object, &one.seen).await,
                object: one.object,
                reason,
            });
        }
        Err(OperationError::NotReady { objects, seconds })
    }

    /// Waits until definitions among objects are served.
    pub(crate) async fn established(&self, items: &[Item]) -> Result<(), ClusterError> {
        let definitions = items
            .iter()
            .filter(|item| item.object.kind.kind == "CustomResourceDefinition");
        let mut any = false;
        for item in definitions {
            let limit = super::definitions::ESTABLISHED;
            self.cluster.wait_ready(&item.object, limit).await?;
            any = true;
        }
        if any {
            self.cluster.forget_kinds();
        }
        Ok(())
    }
}
