//! What installations, upgrades and rollbacks have in common.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trueup_helm::HookEvent;
use trueup_kubernetes::client::ObjectRef;

use super::{
    Entry, Failure, History, Item, Left, OperationError, Options, Releases, Revision,
    apply::Writing,
    definitions,
    hooks::{Run, carry_over},
    items::Key,
    wait::Until,
};
use crate::{Record, Status, ownership::Owner, storage::SYSTEM_LABELS};

/// A revision on its way to the cluster. Its record is stored.
pub(crate) struct Step {
    pub(crate) record: Record,
    pub(crate) labels: BTreeMap<String, String>,
    /// What it is to consist of.
    pub(crate) targets: Vec<Item>,
    /// What revisions before it, failed ones among them, consisted of.
    pub(crate) originals: Vec<Item>,
    pub(crate) writing: Writing,
    /// The hooks that run before and after.
    pub(crate) events: (HookEvent, HookEvent),
    /// When a dead run began that left its record behind.
    pub(crate) resumed: Option<i64>,
}

/// How far a step came before it failed.
pub(crate) struct Broken {
    pub(crate) error: OperationError,
    /// The objects it created.
    pub(crate) created: Vec<ObjectRef>,
}

impl Releases<'_> {
    /// Runs hooks, brings objects, takes away others, waits, runs hooks.
    pub(crate) async fn perform(
        &self,
        step: &mut Step,
        options: &Options,
    ) -> Result<Vec<String>, Broken> {
        let mut created = Vec::new();
        let (before, after) = step.events;
        let hooked = self.run_hooks(&mut step.run(options), before).await;
        hooked.map_err(|error| broken(error, &created))?;
        let brought = self
            .bring(&step.targets, &step.originals, &step.writing)
            .await;
        created = brought.created;
        match brought.errors.len() {
            0 => {}
            _ => return Err(broken(OperationError::Objects(brought.errors), &created)),
        }
        let owner = Owner {
            name: &step.record.name,
            namespace: self.namespace,
        };
        let (left, errors) = self.clear(&step.originals, &step.targets, owner).await;
        match errors.len() {
            0 => {}
            _ => return Err(broken(OperationError::Objects(errors), &created)),
        }
        let ready = self.ready(&step.targets, &brought.live, options).await;
        ready.map_err(|error| broken(error, &created))?;
        let hooked = self.run_hooks(&mut step.run(options), after).await;
        hooked.map_err(|error| broken(error, &created))?;
        Ok(left)
    }

    async fn ready(
        &self,
        targets: &[Item],
        live: &[Value],
        options: &Options,
    ) -> Result<(), OperationError> {
        if !options.waits() {
            return Ok(());
        }
        let until = match options.wait_for_jobs {
            true => Until::Complete,
            false => Until::Ready,
        };
        self.wait(live, until, options.timeout).await?;
        self.answered(targets, options.timeout).await
    }

    /// The objects of a revision as they are written, and who is to own them.
    pub(crate) async fn targets(&self, revision: &Revision) -> Result<Vec<Item>, OperationError> {
        let name = &revision.record.name;
        let coming = definitions::objects(name, &revision.definitions)?;
        let coming: Vec<Value> = coming.into_iter().map(|(_, object)| object).collect();
        let items = self.items(name, &revision.record.manifest, &coming).await?;
        Ok(self.marked(items, name))
    }

    /// Items that say whose they are.
    pub(crate) fn marked(&self, mut items: Vec<Item>, name: &str) -> Vec<Item> {
        let owner = Owner {
            name,
            namespace: self.namespace,
        };
        for item in &mut items {
            owner.mark(&mut item.manifest);
        }
        items
    }

    /// Checks that objects which are new to a release are either not there or
    /// the release's already.
    pub(crate) async fn check_owned(
        &self,
        targets: &[Item],
        originals: &[Item],
        name: &str,
        options: &Options,
    ) -> Result<(), OperationError> {
        if options.take_ownership {
            return Ok(());
        }
        let known: BTreeSet<Key> = originals.iter().map(Item::key).collect();
        let new = targets.iter().filter(|item| !known.contains(&item.key()));
        let new: Vec<Item> = new.cloned().collect();
        let owner = Owner {
            name,
            namespace: self.namespace,
        };
        for (item, live) in new.iter().zip(self.live(&new).await?) {
            let Some(live) = live else { continue };
            owner
                .check(&live)
                .map_err(|source| OperationError::Foreign {
                    object: item.object.clone(),
                    source,
                })?;
        }
        Ok(())
    }

    /// Stores what is going to be done before it is: in the place of what a
    /// dead run left, or as a new revision.
    pub(crate) async fn intend(
        &self,
        step: &mut Step,
        history: &History,
        options: &Options,
    ) -> Result<(), OperationError> {
        let abandoned = history.last().filter(|last| {
            last.revision().status.is_pending() && last.revision().version < step.record.version
        });
        if let Some(entry) = abandoned {
            let mut record = entry.record()?;
            record.info.status = Status::Failed;
            record.info.description = "Interrupted".to_owned();
            self.update(&record, entry.labels()).await?;
        }
        match history.get(step.record.version) {
            Some(entry) => {
                let dead = entry.record()?;
                carry_over(&dead.hooks, &mut step.record.hooks);
                step.resumed = dead.info.last_deployed.seconds();
                // Another run that dies must know what this one knows.
                step.record.info.last_deployed = dead.info.last_deployed;
                self.update(&step.record, &step.labels).await
            }
            None => {
                let limit = options.max_history;
                self.store(&step.record, &step.labels, history, limit).await
            }
        }
    }

    /// Stores that a step is done.
    pub(crate) async fn conclude(&self, step: &mut Step) -> Result<(), Box<Failure>> {
        step.record.info.status = Status::Deployed;
        if step.resumed.is_some() {
            step.record.info.last_deployed = self.time();
        }
        let stored = self.update(&step.record, &step.labels).await;
        stored.map_err(|error| Box::new(stored_as(error, step)))
    }

    /// Stores that a step failed. The failure matters more than whether it can
    /// be noted.
    pub(crate) async fn conclude_failed(
        &self,
        step: &mut Step,
        error: OperationError,
        words: String,
    ) -> Failure {
        step.record.info.status = Status::Failed;
        step.record.info.description = words;
        let stored = self.update(&step.record, &step.labels).await;
        let mut failure = stored_as(error, step);
        if let Err(error) = stored {
            let warning = format!("The revision could not be marked as failed: {error}");
            failure.warnings.push(warning);
        }
        failure
    }

    /// Marks revisions as superseded.
    pub(crate) async fn supersede(&self, entries: &[&Entry]) -> Result<(), OperationError> {
        for entry in entries {
            let mut record = entry.record()?;
            record.info.status = Status::Superseded;
            self.update(&record, entry.labels()).await?;
        }
        Ok(())
    }

    /// Checks that a revision has the number that it was planned for.
    pub(crate) fn check_number(
        &self,
        record: &Record,
        history: &History,
        options: &Options,
    ) -> Result<(), OperationError> {
        let next = self.standing(history, options.timeout).next;
        let last = history.last().map_or(0, |last| last.revision().version);
        match record.version == next || record.version == last + 1 {
            true => Ok(()),
            false => Err(OperationError::Overtaken {
                release: record.name.clone(),
                planned: record.version.saturating_sub(1),
                found: last,
            }),
        }
    }
}

impl Step {
    fn run<'a>(&'a mut self, options: &'a Options) -> Run<'a> {
        Run {
            record: &mut self.record,
            labels: &self.labels,
            options,
            resumed: self.resumed,
        }
    }
}

fn broken(error: OperationError, created: &[ObjectRef]) -> Broken {
    Broken {
        error,
        created: created.to_vec(),
    }
}

/// A failure that leaves the step's revision.
pub(crate) fn stored_as(error: OperationError, step: &Step) -> Failure {
    Failure {
        error,
        left: Left::Revision(Box::new(step.record.clone())),
        warnings: Vec::new(),
    }
}

/// Labels of the user's must not be Helm's.
pub(crate) fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), OperationError> {
    let mut names = labels.keys();
    let reserved = names.find(|name| SYSTEM_LABELS.contains(&name.as_str()));
    reserved.map_or(Ok(()), |name| {
        Err(OperationError::SystemLabel(name.clone()))
    })
}
