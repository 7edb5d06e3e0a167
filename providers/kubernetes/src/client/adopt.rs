//! Objects that others made, and who changed them.

use serde_json::{Map, Value as Json, json};

use super::{
    Cause, Cluster, ClusterError, Conflict, Manager, ObjectRef, diff::differ_within,
    fields::ManagedFields,
};

/// Field managers of tools whose work is taken over when an object of theirs
/// is managed here for the first time: kubectl's (before and since server-side
/// apply), Helm's and those of Terraform's provider.
pub const PREDECESSORS: [&str; 11] = [
    "before-first-apply",
    "kubectl-client-side-apply",
    "kubectl-create",
    "kubectl-edit",
    "kubectl-patch",
    "kubectl-label",
    "kubectl-annotate",
    "kubectl",
    "helm",
    "Terraform",
    "HashiCorp",
];

/// Tools that apply as we do. What they own becomes ours under our name, so
/// that what the manifest lets go of is removed.
const APPLIERS: [&str; 2] = ["Terraform", "helm"];

/// What a dry run said.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// The object as it would be.
    pub object: Json,
    /// The fields that would be taken over.
    pub taken: Vec<Conflict>,
    /// As whom it was asked: whose fields those of the manifest are in
    /// `object`.
    pub manager: String,
}

impl DryRun {
    /// Whether there is no such object yet.
    pub fn is_new(&self) -> bool {
        // What is stored already has a version.
        self.object.pointer("/metadata/resourceVersion").is_none()
    }
}

impl Cluster {
    /// What applying would lead to, given the object there is. Where fields are
    /// inherited and nobody applied it as `manager` before, those of
    /// [`PREDECESSORS`] are taken over; conflicts with anybody else are errors
    /// unless forced. What would be taken is told either way.
    ///
    /// # Errors
    /// As [`Cluster::dry_run`].
    pub async fn dry_run_over(
        &self,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Result<DryRun, ClusterError> {
        let inherited = live.and_then(|live| inherited(live, manager));
        let asking = Manager {
            name: inherited.unwrap_or(manager.name),
            force: false,
            ..manager
        };
        let answer = |object, taken| DryRun {
            object,
            taken,
            manager: asking.name.to_owned(),
        };
        let taken = match self.dry_run(manifest, asking).await {
            Ok(object) => return Ok(answer(object, Vec::new())),
            Err(error) => may_take(error, live, manager)?,
        };
        let force = Manager {
            force: true,
            ..asking
        };
        Ok(answer(self.dry_run(manifest, force).await?, taken))
    }

    /// Applies a manifest over the object there is, as
    /// [`Cluster::dry_run_over`] foresees it, with patience for webhooks. What
    /// was taken over belongs to `manager` alone afterwards.
    ///
    /// # Errors
    /// As [`Cluster::apply`].
    pub async fn apply_over(
        &self,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Result<Json, ClusterError> {
        let patience = super::WEBHOOK_PATIENCE;
        if let Some((live, inherited)) =
            live.and_then(|live| Some((live, inherited(live, manager)?)))
        {
            self.rename(manifest, live, inherited, manager.name).await?;
        }
        let applied = match self.apply_patiently(manifest, manager, patience).await {
            Ok(applied) => applied,
            Err(error) => {
                may_take(error, live, manager)?;
                let force = Manager {
                    force: true,
                    ..manager
                };
                self.apply_patiently(manifest, force, patience).await?
            }
        };
        let first = live.is_some_and(|live| is_foreign(live, manager));
        match (first, ObjectRef::of(manifest)) {
            (true, Some(object)) => self.disown(&object, applied, manager.name).await,
            _ => Ok(applied),
        }
    }

    /// Makes what a tool applied ours.
    async fn rename(
        &self,
        manifest: &Json,
        live: &Json,
        inherited: &str,
        manager: &str,
    ) -> Result<(), ClusterError> {
        let Some(object) = ObjectRef::of(manifest) else {
            return Ok(());
        };
        let entries = live
            .pointer("/metadata/managedFields")
            .and_then(Json::as_array);
        let mut entries = entries.cloned().unwrap_or_default();
        for (entry, managed) in entries.iter_mut().zip(ManagedFields::of(live)) {
            if managed.is_applied_by(inherited) {
                entry["manager"] = json!(manager);
            }
        }
        let version = live.pointer("/metadata/resourceVersion").cloned();
        let patch = json!({
            "metadata": { "managedFields": entries, "resourceVersion": version }
        });
        self.merge(&object, &patch, manager).await.map(drop)
    }

    /// Takes the manager's fields from predecessors that share them, so that
    /// they go when the manifest lets go of them.
    async fn disown(
        &self,
        object: &ObjectRef,
        applied: Json,
        manager: &str,
    ) -> Result<Json, ClusterError> {
        let mut live = applied;
        for _ in 0..5 {
            let Some(entries) = without_predecessors(&live, manager) else {
                return Ok(live);
            };
            let version = live.pointer("/metadata/resourceVersion").cloned();
            let patch = json!({
                "metadata": { "managedFields": entries, "resourceVersion": version }
            });
            match self.merge(object, &patch, manager).await {
                Ok(changed) => return Ok(changed),
                Err(error) if matches!(*error.cause, Cause::Changed(_)) => {
                    live = self.get(object).await?.ok_or(error)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(live)
    }

    /// Who changed an object from `before` to `after`, by what the object
    /// notes of its managers: the latest of those that manage what differs. That may be
    /// `manager` itself, where `before` is from before its last change.
    ///
    /// # Errors
    /// The object cannot be read.
    pub async fn blame(
        &self,
        object: &ObjectRef,
        before: &Json,
        after: &Json,
        manager: &str,
    ) -> Result<Option<ManagedFields>, ClusterError> {
        let live = self.get(object).await?;
        Ok(live.and_then(|live| blame(&live, before, after, manager)))
    }
}

/// Whether an object is to be inherited.
fn is_foreign(live: &Json, manager: Manager<'_>) -> bool {
    manager.inherit && ManagedFields::applied_by(live, manager.name).is_none()
}

/// The tool that applied an object we never did.
fn inherited(live: &Json, manager: Manager<'_>) -> Option<&'static str> {
    let mut appliers = APPLIERS.into_iter();
    let applied = |name: &&str| ManagedFields::applied_by(live, name).is_some();
    appliers.find(|name| is_foreign(live, manager) && *name != manager.name && applied(name))
}

/// The conflicts, if fields are taken by force, or if all are with
/// predecessors of an object that was never applied by us.
fn may_take(
    mut error: ClusterError,
    live: Option<&Json>,
    manager: Manager<'_>,
) -> Result<Vec<Conflict>, ClusterError> {
    let Cause::Conflicts(conflicts) = &mut *error.cause else {
        return Err(error);
    };
    let Some(live) = live else {
        return Err(error);
    };
    conflicts
        .iter_mut()
        .for_each(|conflict| conflict.complete(live));
    let mut all = conflicts.iter();
    let inherited =
        is_foreign(live, manager) && all.all(|c| PREDECESSORS.contains(&c.manager.as_str()));
    match inherited || manager.force {
        true => Ok(std::mem::take(conflicts)),
        false => Err(error),
    }
}

/// The entries of the object's managers, the manager's fields taken from those
/// of predecessors; `None` if there is nothing to take.
fn without_predecessors(live: &Json, manager: &str) -> Option<Vec<Json>> {
    let own = ManagedFields::applied_by(live, manager)?;
    let entries = live.pointer("/metadata/managedFields")?.as_array()?;
    let known = ManagedFields::of(live);
    let mut changed = false;
    let mut kept = Vec::with_capacity(entries.len());
    for (entry, managed) in entries.iter().zip(&known) {
        let predecessor = PREDECESSORS.contains(&managed.manager.as_str())
            && managed.manager != manager
            && managed.subresource.is_none();
        let rest = match predecessor {
            true => managed.fields.without(&own),
            false => managed.fields.clone(),
        };
        if rest == managed.fields {
            kept.push(entry.clone());
            continue;
        }
        changed = true;
        if !rest.is_empty() {
            let mut entry = entry.as_object().cloned().unwrap_or_else(Map::new);
            entry.insert("fieldsV1".to_owned(), rest.to_json());
            kept.push(Json::Object(entry));
        }
    }
    changed.then_some(kept)
}

/// See [`Cluster::blame`].
pub(crate) fn blame(
    live: &Json,
    before: &Json,
    after: &Json,
    manager: &str,
) -> Option<ManagedFields> {
    let latest = |entries: Vec<ManagedFields>| {
        // Times are RFC 3339 in UTC: their order is that of the texts.
        entries.into_iter().max_by(|a, b| a.time.cmp(&b.time))
    };
    let all = ManagedFields::of(live).into_iter();
    let (own, others): (Vec<ManagedFields>, Vec<ManagedFields>) =
        all.partition(|entry| entry.is_applied_by(manager));
    let responsible = |entries: &[ManagedFields]| {
        let differs =
            |entry: &&ManagedFields| differ_within(Some(before), Some(after), &entry.fields);
        latest(entries.iter().filter(differs).cloned().collect())
    };
    // What was removed belongs to nobody any more.
    let update = |entry: &ManagedFields| entry.subresource.is_none() && entry.operation == "Update";
    responsible(&others)
        .or_else(|| responsible(&own))
        .or_else(|| latest(others.into_iter().filter(update).collect()))
}
