//! What became of a release's objects behind its back.

use serde_json::Value;
use trueup_kubernetes::client::{
    ClusterError, ObjectRef,
    fields::{FieldSet, ManagedFields},
    in_sync,
};

use super::{
    Added, Item, MANAGER, OperationError, Releases, added::Claimed, client_side, preview::plain,
    side_by_side,
};
use crate::{ApplyMethod, Record};

/// An object that is not what the release made it.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedObject {
    /// The object.
    pub object: ObjectRef,
    /// The template it came from; empty for one that was added.
    pub template: String,
    /// What became of it.
    pub drift: Drift,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Drift {
    /// These fields were changed.
    Changed(Vec<DriftedField>),
    /// It was deleted.
    Deleted,
    /// It says that it is the release's, but the release does not have it.
    Added(Added),
}

/// A field that is not what the release made it.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedField {
    /// Where: `.spec.replicas`.
    pub path: String,
    /// What the release wants; none if it wants the field not to be.
    pub wanted: Option<Value>,
    /// What is there.
    pub found: Option<Value>,
    /// Who changed it, where the object says so.
    pub by: Option<Touch>,
}

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The field manager: `kubectl-edit`.
    pub manager: String,
    /// When, RFC 3339.
    pub time: Option<String>,
    /// Through which subresource, such as `scale`.
    pub subresource: Option<String>,
}

impl Releases<'_> {
    /// What was changed or deleted of a deployed revision's objects and, if
    /// `added` is set, what was added to them. Nothing is changed.
    ///
    /// # Errors
    /// The cluster can't be read.
    pub async fn observe(
        &self,
        record: &Record,
        added: bool,
    ) -> Result<Vec<DriftedObject>, OperationError> {
        let items = self.stored_items(&record.name, &record.manifest).await?;
        let items = self.marked(items, &record.name);
        let claimed = match added {
            true => self.claimed_like(&items).await,
            false => Claimed::default(),
        };
        let live = self.live_among(&items, &claimed).await?;
        let known = items.iter().zip(live);
        let known = known.filter(|(item, _)| item.known && !item.is_unnamed());
        let looks = known.map(|(item, live)| self.drift(item, live, record.method()));
        let drifts = side_by_side(looks.collect()).await;
        let mut drifted = Vec::new();
        for drift in drifts {
            drifted.extend(drift?);
        }
        if added {
            drifted.extend(self.added(record, &items, claimed).await?);
        }
        Ok(drifted)
    }

    /// The objects there are, in the order of the items. Most are among what
    /// was listed; whose label is gone, or is elsewhere, is read by itself.
    async fn live_among(
        &self,
        items: &[Item],
        claimed: &Claimed,
    ) -> Result<Vec<Option<Value>>, ClusterError> {
        let is_listed = |item: &&Item| claimed.0.contains_key(&item.object);
        let missing: Vec<Item> = items
            .iter()
            .filter(|one| !is_listed(one))
            .cloned()
            .collect();
        let mut read = self.live(&missing).await?.into_iter();
        let live = items.iter().map(|item| match claimed.0.get(&item.object) {
            Some(object) => Some(object.clone()),
            None => read.next().flatten(),
        });
        Ok(live.collect())
    }

    async fn drift(
        &self,
        item: &Item,
        live: Option<Value>,
        method: ApplyMethod,
    ) -> Result<Option<DriftedObject>, ClusterError> {
        let drifted = |drift| DriftedObject {
            object: item.object.clone(),
            template: item.template.clone(),
            drift,
        };
        let Some(live) = live else {
            return Ok(Some(drifted(Drift::Deleted)));
        };
        let Some(wanted) = self.repaired(item, &live, method).await? else {
            return Ok(None);
        };
        let managers = ManagedFields::of(&live);
        let others = managers.iter().filter(|entry| entry.manager != MANAGER);
        let others = others.map(|entry| (entry, &entry.fields)).collect();
        let mut walk = Walk::default();
        walk.compare(Some(&plain(&wanted)), Some(&plain(&live)), others);
        Ok((!walk.fields.is_empty()).then(|| drifted(Drift::Changed(walk.fields))))
    }

    /// The object as the release wants it; `None` if it certainly is so.
    async fn repaired(
        &self,
        item: &Item,
        live: &Value,
        method: ApplyMethod,
    ) -> Result<Option<Value>, ClusterError> {
        if method == ApplyMethod::ServerSide {
            return match in_sync(&item.manifest, live, MANAGER) {
                true => Ok(None),
                false => self.dry_run(item, true).await.map(Some),
            };
        }
        match client_side::repair(item, live) {
            None => Ok(None),
            Some(patch) => {
                let changed = self.cluster.change(&item.object, &patch, MANAGER, true);
                changed.await.map(Some)
            }
        }
    }
}

impl Touch {
    pub(super) fn of(entry: &ManagedFields) -> Touch {
        Touch {
            manager: entry.manager.clone(),
            time: entry.time.clone(),
            subresource: entry.subresource.clone(),
        }
    }
}

/// Managers, each with what it manages at the place the walk is at.
type Managers<'a> = Vec<(&'a ManagedFields, &'a FieldSet)>;

/// A walk through what is wanted and what is found at once.
#[derive(Default)]
struct Walk {
    path: String,
    fields: Vec<DriftedField>,
}

impl Walk {
    fn compare(&mut self, wanted: Option<&Value>, found: Option<&Value>, managers: Managers<'_>) {
        if wanted == found {
            return;
        }
        match (wanted, found) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let added = after.keys().filter(|name| !before.contains_key(*name));
                for name in before.keys().chain(added) {
                    let below = managers.iter().filter_map(|(entry, set)| {
                        let inner = set.field(name).or(set.is_leaf().then_some(set))?;
                        Some((*entry, inner))
                    });
                    let below = below.collect();
                    self.within(
                        &format!(".{name}"),
                        before.get(name),
                        after.get(name),
                        below,
                    );
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) => {
                for index in 0..before.len().max(after.len()) {
                    let (wanted, found) = (before.get(index), after.get(index));
                    let below = managers.iter().filter_map(|(entry, set)| {
                        let inner = found.and_then(|found| set.element(index, found));
                        let inner = inner.map(|(_, inner)| inner);
                        Some((*entry, inner.or(set.is_leaf().then_some(set))?))
                    });
                    let below = below.collect();
                    self.within(&format!("[{index}]"), wanted, found, below);
                }
            }
            _ => self.fields.push(DriftedField {
                path: self.path.clone(),
                wanted: wanted.cloned(),
                found: found.cloned(),
                by: managers
                    .iter()
                    .map(|(entry, _)| *entry)
                    .max_by(|a, b| a.time.cmp(&b.time))
                    .map(Touch::of),
            }),
        }
    }

    fn within(
        &mut self,
        step: &str,
        wanted: Option<&Value>,
        found: Option<&Value>,
        managers: Managers<'_>,
    ) {
        let length = self.path.len();
        self.path.push_str(step);
        self.compare(wanted, found, managers);
        self.path.truncate(length);
    }
}
