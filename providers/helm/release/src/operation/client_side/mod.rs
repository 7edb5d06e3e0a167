//! Writing objects as Helm did before server-side apply. Releases that were
//! made so stay so, unless they are told otherwise.

mod keys;
mod three_way;

use serde_json::Value;
use trueup_kubernetes::client::{Cause, ClusterError, ObjectPatch, fields::ManagedFields};

use super::{Item, MANAGER, Releases, apply::Writing};

/// The patch that brings an object to what its item says; `None` if nothing is
/// to be changed.
pub(crate) fn patch(item: &Item, original: Option<&Item>, live: &Value) -> Option<ObjectPatch> {
    let original = original.map_or(live, |original| &original.manifest);
    three_way::patch(&item.object.kind, original, &item.manifest, live)
}

impl Releases<'_> {
    /// Makes an object that was not there a moment ago. If it is Helm's now, it
    /// was made by a call whose answer was lost.
    pub(crate) async fn create_client_side(&self, item: &Item) -> Result<Value, ClusterError> {
        let error = match self.cluster.create(&item.manifest, MANAGER).await {
            Err(error) if matches!(*error.cause, Cause::AlreadyExists(_)) => error,
            made => return made,
        };
        let live = self.cluster.get(&item.object).await?.unwrap_or_default();
        let mut managers = ManagedFields::of(&live).into_iter();
        match managers.any(|entry| entry.manager == MANAGER) {
            true => Ok(live),
            false => Err(error),
        }
    }

    /// Changes an object that is there, or puts another in its place.
    pub(crate) async fn write_client_side(
        &self,
        item: &Item,
        original: Option<&Item>,
        live: Value,
        writing: &Writing,
    ) -> Result<Value, ClusterError> {
        let Some(patch) = patch(item, original, &live) else {
            return Ok(live);
        };
        if writing.force {
            return self.cluster.replace(&item.manifest, MANAGER).await;
        }
        self.cluster
            .change(&item.object, &patch, MANAGER, false)
            .await
    }
}
