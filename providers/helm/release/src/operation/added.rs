//! Objects that say they are a release's, but the release does not have them.
//!
//! What says so has the label and both annotations by which Helm knows its own;
//! Helm itself would make it part of the release as soon as a chart names it.
//! That alone does not tell why it is there. Somebody copied an object of the
//! release, or a failed revision left it: then it is in excess, and the next
//! revision takes it away. But an operator may have copied labels and
//! annotations from what it works on, and would miss it; and what a claim
//! stores cannot be made anew. Those stay, and are told of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trueup_kubernetes::client::{Kind, ObjectRef, Selectors, fields::ManagedFields};

use super::{
    DriftedObject, Item, MANAGER, OperationError, Releases, Touch, apply::keeps, items::Key,
    observe::Drift, side_by_side,
};
use crate::{Record, ownership::Owner};

/// An object that was added to a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Who touched it last.
    pub by: Option<Touch>,
    /// Why the next revision does not take it away.
    pub stays: Option<Stay>,
}

/// Why an object that was added to a release stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// What is lost with it cannot be made anew.
    Holds,
    /// Something else than a person made it, and may need it.
    Made,
}

/// Kinds that are looked at for objects which were added, beside those that
/// the release has.
const USUAL: [(&str, &str); 14] = [
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("v1", "PersistentVolumeClaim"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
];

/// Kinds whose objects hold what no chart brings back.
const HOLDERS: [&str; 4] = [
    "CustomResourceDefinition",
    "Namespace",
    "PersistentVolume",
    "PersistentVolumeClaim",
];

/// Objects that say they are Helm's.
#[derive(Default)]
pub(super) struct Claimed(pub(super) BTreeMap<ObjectRef, Value>);

impl Releases<'_> {
    /// What says that it is Helm's, of the usual kinds and those of `items`, in
    /// the release's namespace and where there are no namespaces. What may not
    /// be listed is left out.
    pub(super) async fn claimed_like(&self, items: &[Item]) -> Claimed {
        let usual = USUAL
            .iter()
            .map(|(version, kind)| Kind::new(*version, *kind));
        let kinds = items
            .iter()
            .filter(|item| item.known)
            .map(|item| item.object.kind.clone());
        let kinds: BTreeSet<Kind> = kinds.chain(usual).collect();
        let lists = kinds.into_iter().map(|kind| self.claimed(kind));
        let lists = side_by_side(lists.collect()).await;
        let objects = lists.into_iter().flatten();
        let placed = objects.filter_map(|object| Some((ObjectRef::of(&object)?, object)));
        Claimed(placed.collect())
    }

    /// Objects among those claimed that say they are the release's and are not:
    /// neither among `items` nor hooks, not made by a controller that owns them,
    /// and not left on purpose.
    pub(super) async fn added(
        &self,
        record: &Record,
        items: &[Item],
        claimed: Claimed,
    ) -> Result<Vec<DriftedObject>, OperationError> {
        let own = self.own(record, items).await?;
        let owner = Owner {
            name: &record.name,
            namespace: self.namespace,
        };
        let claims = claimed.0.into_iter().filter(|(_, object)| {
            owner.check(object).is_ok() && !is_owned(object) && !keeps(object) && !is_hook(object)
        });
        let added = claims.filter(|(place, _)| !own.contains(&Item::bare(place.clone()).key()));
        Ok(added.map(|(place, object)| told(place, &object)).collect())
    }

    /// All that the release has, hooks included.
    async fn own(&self, record: &Record, items: &[Item]) -> Result<BTreeSet<Key>, OperationError> {
        let mut own: BTreeSet<Key> = items.iter().map(Item::key).collect();
        for hook in &record.hooks {
            let hooks = self.stored_items(&record.name, &hook.manifest).await?;
            own.extend(hooks.iter().map(Item::key));
        }
        Ok(own)
    }

    /// The objects of a kind that say they are Helm's.
    async fn claimed(&self, kind: Kind) -> Vec<Value> {
        let selectors = Selectors {
            labels: Some("app.kubernetes.io/managed-by=Helm".to_owned()),
            ..Selectors::default()
        };
        let listed = self.cluster.list(&kind, Some(self.namespace), &selectors);
        listed.await.unwrap_or_default()
    }
}

fn told(object: ObjectRef, found: &Value) -> DriftedObject {
    let managers = ManagedFields::of(found);
    let stays = match () {
        () if HOLDERS.contains(&object.kind.kind.as_str()) => Some(Stay::Holds),
        () if !managers.iter().all(is_by_hand) => Some(Stay::Made),
        () => None,
    };
    let by = latest(&managers);
    DriftedObject {
        object,
        template: String::new(),
        drift: Drift::Added(Added { by, stays }),
    }
}

/// Whether fields were written by somebody at a command line, or by Helm. What
/// a controller notes of an object through a subresource does not count.
fn is_by_hand(entry: &ManagedFields) -> bool {
    entry.subresource.is_some() || entry.manager == MANAGER || entry.manager.starts_with("kubectl")
}

/// Whether a controller made an object: it takes labels and annotations over.
fn is_owned(object: &Value) -> bool {
    let owners = object.pointer("/metadata/ownerReferences");
    owners
        .and_then(Value::as_array)
        .is_some_and(|owners| !owners.is_empty())
}

/// Whether an object was made as a hook, of this revision or another.
fn is_hook(object: &Value) -> bool {
    let annotations = object.pointer("/metadata/annotations");
    annotations.is_some_and(|all| all.get("helm.sh/hook").is_some())
}

fn latest(managers: &[ManagedFields]) -> Option<Touch> {
    // Times are RFC 3339 in UTC: their order is that of the texts.
    let last = managers.iter().max_by(|a, b| a.time.cmp(&b.time));
    last.map(Touch::of)
}
