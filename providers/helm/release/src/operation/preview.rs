//! What bringing a revision would do, object by object. Nothing is changed.

use serde_json::Value;
use trueup_kubernetes::client::{
    Cause, Change, ClusterError, Complaint, Conflict, Foreseen, Manager, ObjectRef, changes,
    in_sync, overlay,
};

use super::{
    Entry, History, Item, MANAGER, Method, OperationError, Options, Releases, Revision,
    apply::keeps, client_side, definitions, migrate, side_by_side,
};
use crate::{
    ApplyMethod,
    ownership::{NotOwned, Owner},
};

/// What bringing a revision would do.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The objects of the revision in the order in which they come, then
    /// those that go.
    pub objects: Vec<Planned>,
    /// The objects of `crds/`.
    pub definitions: Vec<PlannedDefinition>,
}

/// What would become of an object.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The object.
    pub object: ObjectRef,
    /// The template it came from.
    pub template: String,
    /// What would be done.
    pub action: ObjectAction,
    /// The object as it is.
    pub live: Option<Value>,
    /// The object as it would be, so far as that can be told.
    pub after: Option<Value>,
    /// What would change.
    pub changes: Vec<Change>,
    /// Fields that other managers hold. Applying fails unless they are taken.
    pub conflicts: Vec<Conflict>,
}

/// What would be done with an object.
#[derive(Clone, Debug)]
pub enum ObjectAction {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It stays as it is.
    Nothing,
    /// It is deleted and made anew, since these fields can't change. Without
    /// `force`, applying fails.
    Replace(Vec<Complaint>),
    /// It is deleted: the revision does not have it.
    Delete,
    /// The revision does not have it, but it stays: its resource policy is
    /// keep.
    Keep,
    /// The revision does not have it, but it stays: it is another's.
    Leave(NotOwned),
    /// It is there and is another's. Applying fails unless ownership is taken.
    Foreign(NotOwned),
    /// The server can't be asked yet, for this reason; `after` is the
    /// manifest.
    Unasked(String),
    /// The server refuses it.
    Refused(ClusterError),
}

/// What would become of an object of `crds/`.
#[derive(Clone, Debug)]
pub struct PlannedDefinition {
    /// The object.
    pub object: ObjectRef,
    /// Its file.
    pub file: String,
    /// The object as it is.
    pub live: Option<Value>,
    /// What its file changes; applied only where the policy says so.
    pub changes: Vec<Change>,
}

/// What a preview is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// The objects of its manifest of which not everything is known yet, by
    /// their place in [`Releases::items`]. The server is not asked about them.
    pub partial: &'a [usize],
    /// The release so far.
    pub history: &'a History,
    /// How it is going to be brought.
    pub options: &'a Options,
    /// What the plan creates besides.
    pub foreseen: Option<&'a Foreseen>,
}

impl Releases<'_> {
    /// What bringing a revision over what there is would do. The server is
    /// asked about objects side by side, and only about those of which it
    /// can't be told without that nothing changes.
    ///
    /// # Errors
    /// The manifest is none; the cluster can't be read. What the server has
    /// against an object is part of the answer.
    pub async fn preview(&self, asked: Asked<'_>) -> Result<Preview, OperationError> {
        let name = asked.revision.record.name.as_str();
        let targets = self.targets(asked.revision).await?;
        let originals = self.originals_of(name, asked.history).await?;
        let live = self.live(&targets).await?;
        let absent = self.is_absent(&asked, &live).await;
        let pairs = targets.iter().zip(live).enumerate();
        let how = How {
            before: self.method_of(asked.history)?,
            options: asked.options,
            absent,
        };
        let plans = pairs.map(|(place, (item, live))| {
            let partial = asked.partial.contains(&place);
            let original = originals.iter().find(|one| one.key() == item.key());
            self.plan(item, original, live, partial, how)
        });
        let mut objects = side_by_side(plans.collect()).await;
        objects.extend(self.going_away(&originals, &targets, name).await?);
        let definitions = self.plan_definitions(asked.revision).await?;
        Ok(Preview {
            objects,
            definitions,
        })
    }

    /// How the release was written so far; none if there is none.
    fn method_of(&self, history: &History) -> Result<Option<ApplyMethod>, OperationError> {
        let last = history.last().map(Entry::record).transpose()?;
        Ok(last.map(|record| record.method()))
    }

    async fn originals_of(
        &self,
        name: &str,
        history: &History,
    ) -> Result<Vec<Item>, OperationError> {
        match history.deployed().or(history.last()) {
            Some(entry) => self.originals(name, entry, history).await,
            None => Ok(Vec::new()),
        }
    }

    /// Whether the release's namespace is not there yet.
    async fn is_absent(&self, asked: &Asked<'_>, live: &[Option<Value>]) -> bool {
        if live.iter().any(Option::is_some) {
            return false;
        }
        // Whoever may not read namespaces is told by the dry run.
        let there = self.has_namespace().await.unwrap_or(true);
        let planned = asked
            .foreseen
            .is_some_and(|foreseen| foreseen.has_namespace(self.namespace));
        !there && (planned || asked.options.create_namespace)
    }

    async fn plan(
        &self,
        item: &Item,
        original: Option<&Item>,
        live: Option<Value>,
        partial: bool,
        how: How<'_>,
    ) -> Planned {
        let mut planned = Planned {
            object: item.object.clone(),
            template: item.template.clone(),
            action: ObjectAction::Nothing,
            after: Some(item.manifest.clone()),
            changes: Vec::new(),
            conflicts: Vec::new(),
            live,
        };
        if let Some(why) = unaskable(item, partial, how.absent) {
            planned.action = ObjectAction::Unasked(why.to_owned());
            if let Some(live) = &planned.live {
                planned.changes = changes_to(live, &item.manifest);
            }
            return planned;
        }
        let name = item
            .manifest
            .pointer("/metadata/annotations/meta.helm.sh~1release-name");
        let name = name.and_then(Value::as_str).unwrap_or_default();
        let owner = Owner {
            name,
            namespace: self.namespace,
        };
        if let Some(live) = &planned.live
            && original.is_none()
            && !how.options.take_ownership
            && let Err(foreign) = owner.check(live)
        {
            planned.action = ObjectAction::Foreign(foreign);
            return planned;
        }
        match (how.method(), &planned.live) {
            (ApplyMethod::ClientSide, Some(_)) => {
                self.ask_client_side(item, original, planned).await
            }
            _ => self.ask(item, planned, how).await,
        }
    }

    /// What a patch that is made here would do.
    async fn ask_client_side(
        &self,
        item: &Item,
        original: Option<&Item>,
        mut planned: Planned,
    ) -> Planned {
        let Some(live) = planned.live.take() else {
            return planned;
        };
        planned.after = Some(live.clone());
        if let Some(patch) = client_side::patch(item, original, &live) {
            let answer = self
                .cluster
                .change(&item.object, &patch, MANAGER, true)
                .await;
            match answer {
                Ok(after) => {
                    planned.changes = plain_changes(&live, &after);
                    if !planned.changes.is_empty() {
                        planned.action = ObjectAction::Update;
                    }
                    planned.after = Some(after);
                }
                Err(error) => {
                    planned.changes = changes_to(&live, &item.manifest);
                    planned.action = refusal(error);
                }
            }
        }
        planned.live = Some(live);
        planned
    }

    /// What the server says.
    async fn ask(&self, item: &Item, mut planned: Planned, how: How<'_>) -> Planned {
        let live = planned.live.take();
        if let Some(live) = &live
            && in_sync(&item.manifest, live, MANAGER)
        {
            planned.after = Some(live.clone());
            planned.live = Some(live.clone());
            return planned;
        }
        let mut answer = self.dry_run(item, false).await;
        if let Err(error) = &mut answer
            && let Cause::Conflicts(conflicts) = &mut *error.cause
        {
            planned.conflicts = std::mem::take(conflicts);
            // Those with Helm itself end when its fields become applied ones.
            let own = |conflict: &Conflict| how.migrates() && migrate::is_helm(&conflict.manager);
            planned.conflicts.retain(|conflict| !own(conflict));
            if let Some(live) = &live {
                let all = planned.conflicts.iter_mut();
                all.for_each(|conflict| conflict.complete(live));
            }
            answer = self.dry_run(item, true).await;
        }
        match (answer, &live) {
            (Ok(after), None) => {
                planned.action = ObjectAction::Create;
                planned.after = Some(after);
            }
            (Ok(after), Some(live)) => {
                let after = overlay(live, &after, MANAGER);
                planned.changes = plain_changes(live, &after);
                if !planned.changes.is_empty() || !planned.conflicts.is_empty() {
                    planned.action = ObjectAction::Update;
                }
                planned.after = Some(after);
            }
            (Err(error), live) => {
                if let Some(live) = live {
                    planned.changes = changes_to(live, &item.manifest);
                }
                planned.action = refusal(error);
            }
        }
        planned.live = live;
        planned
    }

    pub(crate) async fn dry_run(&self, item: &Item, force: bool) -> Result<Value, ClusterError> {
        let manager = Manager {
            name: MANAGER,
            force,
            inherit: false,
        };
        self.cluster.dry_run(&item.manifest, manager).await
    }

    async fn going_away(
        &self,
        originals: &[Item],
        targets: &[Item],
        name: &str,
    ) -> Result<Vec<Planned>, OperationError> {
        let gone = originals
            .iter()
            .filter(|item| item.known && !targets.iter().any(|target| target.key() == item.key()));
        let gone: Vec<Item> = gone.cloned().collect();
        let live = self.live(&gone).await?;
        let owner = Owner {
            name,
            namespace: self.namespace,
        };
        let there = gone.iter().zip(live);
        let there = there.filter_map(|(item, live)| Some((item, live?)));
        let planned = there.map(|(item, live)| Planned {
            object: item.object.clone(),
            template: item.template.clone(),
            action: match (keeps(&live), owner.check(&live)) {
                (true, _) => ObjectAction::Keep,
                (false, Err(foreign)) => ObjectAction::Leave(foreign),
                (false, Ok(())) => ObjectAction::Delete,
            },
            live: Some(live),
            after: None,
            changes: Vec::new(),
            conflicts: Vec::new(),
        });
        Ok(planned.collect())
    }

    async fn plan_definitions(
        &self,
        revision: &Revision,
    ) -> Result<Vec<PlannedDefinition>, OperationError> {
        let mut planned = Vec::new();
        let objects = definitions::objects(&revision.record.name, &revision.definitions)?;
        let placed: Vec<_> = objects
            .iter()
            .filter_map(|(file, manifest)| Some((file, manifest, ObjectRef::of(manifest)?)))
            .collect();
        let refs: Vec<ObjectRef> = placed.iter().map(|(.., object)| object.clone()).collect();
        let found = self.cluster.get_all(&refs).await;
        for ((file, manifest, object), live) in placed.into_iter().zip(found) {
            let live = live.map_err(|error| (*error).clone())?;
            planned.push(PlannedDefinition {
                object,
                file: file.clone(),
                changes: live
                    .as_ref()
                    .map_or_else(Vec::new, |live| changes_to(live, manifest)),
                live,
            });
        }
        Ok(planned)
    }
}

/// How a revision is going to be brought.
#[derive(Clone, Copy)]
struct How<'a> {
    /// How the last one was written.
    before: Option<ApplyMethod>,
    options: &'a Options,
    /// Whether the namespace is not there yet.
    absent: bool,
}

impl How<'_> {
    fn method(self) -> ApplyMethod {
        match (self.options.method, self.before) {
            (Method::Always(method), Some(_)) => method,
            (Method::Inherit, Some(before)) => before,
            (_, None) => ApplyMethod::ServerSide,
        }
    }

    /// Whether fields that were written client-side become applied ones.
    fn migrates(self) -> bool {
        let before = self.before.unwrap_or_default();
        before == ApplyMethod::ClientSide && self.method() == ApplyMethod::ServerSide
    }
}

fn unaskable(item: &Item, partial: bool, absent: bool) -> Option<&'static str> {
    match () {
        () if partial => Some("parts of it are known after other changes only"),
        () if !item.known => Some("its kind is not defined yet"),
        () if item.is_unnamed() => Some("the server chooses its name"),
        () if absent && item.object.namespace.is_some() => Some("its namespace is not there yet"),
        () => None,
    }
}

fn refusal(error: ClusterError) -> ObjectAction {
    match &*error.cause {
        Cause::Immutable(complaints) => ObjectAction::Replace(complaints.clone()),
        Cause::WebhookUnavailable { .. } => ObjectAction::Unasked(error.cause.to_string()),
        _ => ObjectAction::Refused(error),
    }
}

/// What differs but for what the server notes of its own.
pub(crate) fn plain_changes(before: &Value, after: &Value) -> Vec<Change> {
    changes(&plain(before), &plain(after))
}

/// An object without what the server notes of its own.
pub(crate) fn plain(object: &Value) -> Value {
    const NOTED: [&str; 5] = [
        "managedFields",
        "resourceVersion",
        "generation",
        "uid",
        "creationTimestamp",
    ];
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        metadata.retain(|name, _| !NOTED.contains(&name.as_str()));
    }
    object
}

/// Where the fields that a manifest has differ from those there are.
fn changes_to(live: &Value, manifest: &Value) -> Vec<Change> {
    let laid = laid_over(live, manifest);
    plain_changes(live, &laid)
}

/// The object with the manifest's fields in the place of its own. Lists are
/// taken as they are where they differ in length.
fn laid_over(live: &Value, manifest: &Value) -> Value {
    match (live, manifest) {
        (Value::Object(live), Value::Object(manifest)) => {
            let mut laid = live.clone();
            for (name, wanted) in manifest.iter().filter(|(_, wanted)| !wanted.is_null()) {
                let inner = match live.get(name) {
                    Some(before) => laid_over(before, wanted),
                    None => wanted.clone(),
                };
                laid.insert(name.clone(), inner);
            }
            Value::Object(laid)
        }
        (Value::Array(live), Value::Array(manifest)) if live.len() == manifest.len() => {
            let pairs = live.iter().zip(manifest);
            Value::Array(
                pairs
                    .map(|(live, wanted)| laid_over(live, wanted))
                    .collect(),
            )
        }
        (_, manifest) => manifest.clone(),
    }
}
