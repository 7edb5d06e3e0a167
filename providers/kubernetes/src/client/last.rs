//! What an object was when it went.

use kube::core::params::WatchParams;
use serde_json::Value as Json;

use super::{Action, Cluster, ClusterError, ObjectRef};

impl Cluster {
    /// The last state of an object that was deleted after it was `seen`;
    /// `None` if the server does not know any more, or if the object is there.
    /// Takes a second.
    ///
    /// # Errors
    /// Whatever keeps it from being known: changes must be allowed to be
    /// watched.
    pub async fn last_state(
        &self,
        object: &ObjectRef,
        seen: &Json,
    ) -> Result<Option<Json>, ClusterError> {
        let version = seen.pointer("/metadata/resourceVersion");
        let Some(version) = version.and_then(Json::as_str) else {
            return Ok(None);
        };
        let collection = self.collection(object).await?;
        let params = WatchParams {
            field_selector: Some(format!("metadata.name={}", object.name)),
            timeout: Some(1),
            ..WatchParams::default()
        };
        let make = || collection.watch(&params, version);
        let changes = self.call(Action::Read, object, make).await?;
        let uid = seen.pointer("/metadata/uid");
        let events = changes
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut last = None;
        for mut event in events.filter(|event: &Json| event["type"] == "DELETED") {
            let state = event["object"].take();
            if state.pointer("/metadata/uid") == uid {
                last = Some(state);
            }
        }
        Ok(last)
    }
}
