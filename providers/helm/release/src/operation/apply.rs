//! Bringing objects to the cluster, and taking away what is not wanted any
//! more.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;
use trueup_kubernetes::client::{
    Cause, ClusterError, Manager, ObjectRef, WEBHOOK_PATIENCE, in_sync,
};

use super::{Item, MANAGER, Releases, items::Key, migrate, side_by_side};
use crate::{ApplyMethod, ownership::Owner};

/// How long a kind that was just defined is waited for.
const NEW_KIND: Duration = Duration::from_secs(30);

/// How objects are written.
#[derive(Clone, Copy)]
pub(crate) struct Writing {
    pub(crate) method: ApplyMethod,
    /// Fields are taken from other managers.
    pub(crate) conflicts: bool,
    /// What can't be changed is deleted and made anew.
    pub(crate) force: bool,
    /// Fields that were written client-side become applied ones.
    pub(crate) migrate: bool,
    pub(crate) timeout: Duration,
}

/// What became of objects that were brought.
#[derive(Default)]
pub(crate) struct Brought {
    /// Those that were not there before.
    pub(crate) created: Vec<ObjectRef>,
    /// The objects as they were answered, in the order of the items.
    pub(crate) live: Vec<Value>,
    pub(crate) errors: Vec<ClusterError>,
}

/// An object that was written.
struct Written {
    object: Value,
    created: bool,
}

/// Objects side by side that Helm's order does not keep apart.
pub(crate) fn groups(items: &[Item]) -> impl Iterator<Item = &[Item]> {
    items.chunk_by(|left, right| left.object.kind.kind == right.object.kind.kind)
}

impl Releases<'_> {
    /// Brings objects to the cluster: kind after kind, objects of a kind side
    /// by side. Nothing more is begun once an object could not be created.
    pub(crate) async fn bring(
        &self,
        targets: &[Item],
        originals: &[Item],
        writing: &Writing,
    ) -> Brought {
        let mut brought = Brought::default();
        let live = match self.live(targets).await {
            Ok(live) => live,
            Err(error) => {
                brought.errors.push(error);
                return brought;
            }
        };
        let mut live = live.into_iter();
        for group in groups(targets) {
            let pairs: Vec<_> = group.iter().zip(live.by_ref()).collect();
            let writes = pairs.into_iter().map(|(item, live)| async move {
                let created = live.is_none();
                let original = originals.iter().find(|one| one.key() == item.key());
                let written = self.write(item, original, live, writing).await;
                (item, created, written)
            });
            let written: Vec<_> = side_by_side(writes.collect()).await;
            let mut stop = false;
            for (item, absent, written) in written {
                match written {
                    Ok(written) => brought.note(written),
                    Err(error) => {
                        stop |= absent;
                        // It may be there all the same.
                        if absent {
                            brought.created.push(item.object.clone());
                        }
                        brought.errors.push(error);
                    }
                }
            }
            if stop {
                break;
            }
            if let Err(error) = self.established(group).await {
                brought.errors.push(error);
                break;
            }
        }
        brought
    }

    /// The objects there are, in the order of the items.
    pub(crate) async fn live(&self, items: &[Item]) -> Result<Vec<Option<Value>>, ClusterError> {
        let asked = items.iter().filter(|item| item.known && !item.is_unnamed());
        let asked: Vec<ObjectRef> = asked.map(|item| item.object.clone()).collect();
        let mut answers = self.cluster.get_all(&asked).await.into_iter();
        let live = items
            .iter()
            .map(|item| match item.known && !item.is_unnamed() {
                true => answers
                    .next()
                    .unwrap_or(Ok(None))
                    .map_err(|error| (*error).clone()),
                false => Ok(None),
            });
        live.collect()
    }

    async fn write(
        &self,
        item: &Item,
        original: Option<&Item>,
        live: Option<Value>,
        writing: &Writing,
    ) -> Result<Written, ClusterError> {
        if item.is_unnamed() {
            let object = self.cluster.create(&item.manifest, MANAGER).await?;
            return Ok(Written {
                object,
                created: true,
            });
        }
        let created = live.is_none();
        let object = match (writing.method, live) {
            (ApplyMethod::ServerSide, live) => self.write_server_side(item, live, writing).await?,
            (ApplyMethod::ClientSide, None) => self.create_client_side(item).await?,
            (ApplyMethod::ClientSide, Some(live)) => {
                self.write_client_side(item, original, live, writing)
                    .await?
            }
        };
        Ok(Written { object, created })
    }

    async fn write_server_side(
        &self,
        item: &Item,
        live: Option<Value>,
        writing: &Writing,
    ) -> Result<Value, ClusterError> {
        let mut uid = None;
        if let Some(mut live) = live {
            if writing.migrate {
                live = self.migrated(&item.object, live).await?;
            }
            if in_sync(&item.manifest, &live, MANAGER) {
                return Ok(live);
            }
            uid = text(&live, "/metadata/uid");
        }
        let applied = self.applied(item, writing.conflicts).await;
        match applied {
            Err(error) if writing.force && is_immutable(&error) => {
                self.anew(item, uid.as_deref(), writing.timeout).await
            }
            applied => applied,
        }
    }

    /// Applies an object. A kind that was just defined may not be served yet.
    pub(crate) async fn applied(&self, item: &Item, force: bool) -> Result<Value, ClusterError> {
        let manager = Manager {
            name: MANAGER,
            force,
            inherit: false,
        };
        let mut deadline = self.deadline(NEW_KIND);
        loop {
            let applied = self
                .cluster
                .apply_patiently(&item.manifest, manager, WEBHOOK_PATIENCE);
            let error = match applied.await {
                Err(error) if !item.known && is_unserved(&error) => error,
                applied => return applied,
            };
            if !self.pause(&mut deadline).await {
                return Err(error);
            }
            self.cluster.forget_kinds();
        }
    }

    /// Deletes an object and makes it anew.
    async fn anew(
        &self,
        item: &Item,
        uid: Option<&str>,
        limit: Duration,
    ) -> Result<Value, ClusterError> {
        self.cluster.delete(&item.object, uid).await?;
        self.cluster.wait_deleted(&item.object, uid, limit).await?;
        self.applied(item, true).await
    }

    /// The object, its fields that were written client-side made applied ones,
    /// as Helm does before it applies for the first time.
    async fn migrated(&self, object: &ObjectRef, live: Value) -> Result<Value, ClusterError> {
        let mut live = live;
        for _ in 0..5 {
            let Some(patch) = migrate::patch(&live) else {
                return Ok(live);
            };
            match self.cluster.merge(object, &patch, MANAGER).await {
                Ok(migrated) => return Ok(migrated),
                Err(error) if matches!(*error.cause, Cause::Changed(_)) => {
                    live = self.cluster.get(object).await?.ok_or(error)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(live)
    }

    /// Deletes those of `originals` that are not among `targets`: not what
    /// asks to be kept, nor what became another's. Returns what was left, and
    /// why.
    pub(crate) async fn clear(
        &self,
        originals: &[Item],
        targets: &[Item],
        owner: Owner<'_>,
    ) -> (Vec<String>, Vec<ClusterError>) {
        let wanted: BTreeSet<Key> = targets.iter().map(Item::key).collect();
        let surplus = originals
            .iter()
            .filter(|item| item.known && !item.is_unnamed() && !wanted.contains(&item.key()));
        let surplus: Vec<Item> = surplus.cloned().collect();
        let mut left = Vec::new();
        let mut errors = Vec::new();
        let live = match self.live(&surplus).await {
            Ok(live) => live,
            Err(error) => return (left, vec![error]),
        };
        let mut live = live.into_iter();
        for group in groups(&surplus) {
            let pairs: Vec<_> = group.iter().zip(live.by_ref()).collect();
            let deletions = pairs.into_iter();
            let deletions = deletions.map(|(item, live)| self.clear_one(item, live, owner));
            let deleted = side_by_side(deletions.collect()).await;
            for outcome in deleted {
                match outcome {
                    Ok(why) => left.extend(why),
                    Err(error) => errors.push(error),
                }
            }
        }
        (left, errors)
    }

    async fn clear_one(
        &self,
        item: &Item,
        live: Option<Value>,
        owner: Owner<'_>,
    ) -> Result<Option<String>, ClusterError> {
        let Some(live) = live else {
            return Ok(None);
        };
        if keeps(&live) {
            return Ok(Some(format!(
                "{} stays: its resource policy is keep.",
                item.object
            )));
        }
        if let Err(foreign) = owner.check(&live) {
            return Ok(Some(format!("{} stays: {foreign}.", item.object)));
        }
        let uid = text(&live, "/metadata/uid");
        self.cluster.delete(&item.object, uid.as_deref()).await?;
        Ok(None)
    }
}

impl Brought {
    fn note(&mut self, written: Written) {
        if let (true, Some(object)) = (written.created, ObjectRef::of(&written.object)) {
            self.created.push(object);
        }
        self.live.push(written.object);
    }
}

/// Whether an object asks to be left when its release lets go of it.
pub(crate) fn keeps(object: &Value) -> bool {
    let annotations = object.pointer("/metadata/annotations");
    let policy = annotations.and_then(|all| all.get("helm.sh/resource-policy")?.as_str());
    policy.is_some_and(|policy| policy.trim().eq_ignore_ascii_case("keep"))
}

pub(crate) fn text(object: &Value, pointer: &str) -> Option<String> {
    Some(object.pointer(pointer)?.as_str()?.to_owned())
}

pub(crate) fn is_immutable(error: &ClusterError) -> bool {
    matches!(*error.cause, Cause::Immutable(_))
}

fn is_unserved(error: &ClusterError) -> bool {
    match &*error.cause {
        Cause::NoSuchKind(_) => true,
        // The path of the kind is not there yet.
        Cause::NotFound(message) => message.contains("could not find the requested resource"),
        _ => false,
    }
}
