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

/// The patch that undoes what became of an object since it was made as its item
/// says; `None` if that is nothing.
pub(crate) fn repair(item: &Item, live: &Value) -> Option<ObjectPatch> {
    let mut wanted = item.manifest.clone();
    drop_nulls(&mut wanted, live);
    three_way::patch(&item.object.kind, &wanted, &wanted, live)
}

/// Forgets what is null in a manifest and empty in the object: that is what the
/// server makes of null where something has to be. A patch would take it away, as
/// one of Helm's does with the next upgrade.
fn drop_nulls(wanted: &mut Value, live: &Value) {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => wanted.retain(|name, wanted| {
            let live = live.get(name).unwrap_or(&Value::Null);
            drop_nulls(wanted, live);
            !(wanted.is_null() && matches!(live.as_str(), Some("" | "0")))
        }),
        (Value::Array(wanted), Value::Array(live)) if wanted.len() == live.len() => {
            for (wanted, live) in wanted.iter_mut().zip(live) {
                drop_nulls(wanted, live);
            }
        }
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::drop_nulls;

    #[test]
    fn null_is_what_the_server_makes_of_it() {
        let mut wanted = json!({
            "data": { "empty": null, "filled": null, "plain": "x" },
            "spec": { "replicas": null, "containers": [{ "limits": { "cpu": null } }] },
        });
        let live = json!({
            "data": { "empty": "", "filled": "by hand", "plain": "x" },
            "spec": { "replicas": 1, "containers": [{ "limits": { "cpu": "0" } }] },
        });
        drop_nulls(&mut wanted, &live);
        let asked = json!({
            "data": { "filled": null, "plain": "x" },
            "spec": { "replicas": null, "containers": [{ "limits": {} }] },
        });
        assert_eq!(wanted, asked);
    }
}
