//! What bringing a revision would do, object by object. Nothing is changed.

mod ask;
mod difference;

use serde_json::Value;
use trueup_kubernetes::client::{Change, ClusterError, Complaint, Conflict, Foreseen, ObjectRef};

use self::{ask::How, difference::changes_to};
use super::{
    Entry, History, Item, OperationError, Options, Releases, Revision, apply::keeps, definitions,
    side_by_side,
};
use crate::{
    ApplyMethod,
    ownership::{NotOwned, Owner},
};

pub(crate) use difference::plain;

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
        let absent = self.is_absent(&asked, &targets, &live).await;
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
        let surplus = asked.revision.surplus.iter().cloned().map(Item::bare);
        let leaving: Vec<Item> = originals.into_iter().chain(surplus).collect();
        objects.extend(self.going_away(&leaving, &targets, name).await?);
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
    async fn is_absent(&self, asked: &Asked<'_>, targets: &[Item], live: &[Option<Value>]) -> bool {
        let mut there = targets.iter().zip(live).filter(|(_, live)| live.is_some());
        if there.any(|(item, _)| item.object.namespace.as_deref() == Some(self.namespace)) {
            return false;
        }
        // Whoever may not read namespaces is told by the dry run.
        let there = self.has_namespace().await.unwrap_or(true);
        let planned = asked
            .foreseen
            .is_some_and(|foreseen| foreseen.has_namespace(self.namespace));
        !there && (planned || asked.options.create_namespace)
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
