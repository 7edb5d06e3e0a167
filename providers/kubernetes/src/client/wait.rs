//! Waiting for the cluster.

use std::time::Duration;

use serde_json::Value as Json;

use super::{Action, Cause, Cluster, ClusterError, Manager, ObjectRef, Readiness, readiness};

/// How long webhooks that do not answer are waited for.
pub const WEBHOOK_PATIENCE: Duration = Duration::from_secs(150);

/// Pauses between looks: short at first, so that what is quick is seen quickly.
pub(crate) struct Pauses {
    next: Duration,
    left: Duration,
}

impl Pauses {
    pub(crate) fn within(limit: Duration) -> Self {
        Pauses {
            next: Duration::from_millis(15),
            left: limit,
        }
    }

    /// The next pause; `None` when the time is up.
    pub(crate) fn next(&mut self) -> Option<Duration> {
        if self.left.is_zero() {
            return None;
        }
        let pause = self.next.min(self.left);
        self.left -= pause;
        self.next = (self.next * 3 / 2).min(Duration::from_secs(1));
        Some(pause)
    }
}

impl Cluster {
    /// Waits until `enough` says an object is ready, by default what
    /// [`readiness`] says. Returns the object as it is then.
    ///
    /// # Errors
    /// It failed, is gone, or time is up.
    pub async fn wait_for(
        &self,
        object: &ObjectRef,
        limit: Duration,
        enough: &(dyn Fn(&Json) -> Readiness + Sync),
    ) -> Result<Json, ClusterError> {
        let failed = |cause| ClusterError::new(Action::Wait, object, cause);
        let mut pauses = Pauses::within(limit);
        loop {
            let Some(live) = self.get(object).await? else {
                let reason = "it was deleted meanwhile".to_owned();
                return Err(failed(Cause::NotFound(reason)));
            };
            let missing = match enough(&live) {
                Readiness::Ready => return Ok(live),
                Readiness::Failed(reason) => return Err(failed(Cause::Failed(reason))),
                Readiness::InProgress(missing) => missing,
            };
            match pauses.next() {
                Some(pause) => self.sleep(pause).await,
                None => {
                    let reason = format!("after {} s: {missing}", limit.as_secs());
                    return Err(failed(Cause::TimedOut(reason)));
                }
            }
        }
    }

    /// Waits until an object is ready by the rules of its kind.
    ///
    /// # Errors
    /// As [`Cluster::wait_for`].
    pub async fn wait_ready(
        &self,
        object: &ObjectRef,
        limit: Duration,
    ) -> Result<Json, ClusterError> {
        self.wait_for(object, limit, &readiness).await
    }

    /// Waits until the object with this UID is gone.
    ///
    /// # Errors
    /// Time is up; the error names the finalizers that hold it.
    pub async fn wait_deleted(
        &self,
        object: &ObjectRef,
        uid: Option<&str>,
        limit: Duration,
    ) -> Result<(), ClusterError> {
        let mut pauses = Pauses::within(limit);
        loop {
            let live = match self.get(object).await {
                Ok(live) => live,
                // The kind went, and its objects with it.
                Err(error) if matches!(*error.cause, Cause::NoSuchKind(_)) => None,
                Err(error) => return Err(error),
            };
            let Some(live) = live else {
                return Ok(());
            };
            let other = live.pointer("/metadata/uid").and_then(Json::as_str);
            if uid.is_some() && other != uid {
                return Ok(());
            }
            match pauses.next() {
                Some(pause) => self.sleep(pause).await,
                None => {
                    let reason = held_by(&live, limit);
                    let cause = Cause::TimedOut(reason);
                    return Err(ClusterError::new(Action::Delete, object, cause));
                }
            }
        }
    }

    /// Applies a manifest; a webhook that does not answer yet is waited for.
    ///
    /// # Errors
    /// As [`Cluster::apply`].
    pub async fn apply_patiently(
        &self,
        manifest: &Json,
        manager: Manager<'_>,
        patience: Duration,
    ) -> Result<Json, ClusterError> {
        let mut pauses = Pauses::within(patience);
        loop {
            let error = match self.apply(manifest, manager).await {
                Err(error) if is_not_yet(&error) => error,
                answer => return answer,
            };
            match pauses.next() {
                Some(pause) => {
                    if matches!(*error.cause, Cause::NoSuchKind(_)) {
                        self.forget_kinds();
                    }
                    self.sleep(pause).await;
                }
                None => return Err(error),
            }
        }
    }
}

/// Whether what is missing may still be on its way.
fn is_not_yet(error: &ClusterError) -> bool {
    match &*error.cause {
        Cause::WebhookUnavailable { reason, .. } => {
            // A webhook that answers badly will not get better by waiting.
            [
                "no endpoints",
                "connection refused",
                "not found",
                "context deadline",
                "EOF",
                "connect:",
                "no service",
                "timeout",
            ]
            .iter()
            .any(|sign| reason.contains(sign))
        }
        _ => false,
    }
}

fn held_by(live: &Json, limit: Duration) -> String {
    let finalizers = live
        .pointer("/metadata/finalizers")
        .and_then(Json::as_array);
    let finalizers = finalizers.into_iter().flatten().filter_map(Json::as_str);
    let finalizers: Vec<&str> = finalizers.collect();
    let seconds = limit.as_secs();
    match finalizers.is_empty() {
        true => format!("it is still there after {seconds} s"),
        false => format!(
            "after {seconds} s it is still held by its finalizers: {}. Does the controller that must remove them run?",
            finalizers.join(", ")
        ),
    }
}
