//! Bringing a new revision over the one there is.

use std::collections::BTreeMap;

use trueup_helm::HookEvent;

use super::{
    Done, Entry, Failure, History, Item, Left, Method, OperationError, Options, Releases, Revision,
    apply::Writing,
    perform::{Broken, Step, check_labels, stored_as},
};
use crate::{ApplyMethod, Record, Status};

impl Releases<'_> {
    /// Upgrades a release, whatever became of its last revision.
    ///
    /// # Errors
    /// There is no such release; somebody made a revision since this one was
    /// planned; objects are another's; whatever keeps objects from being
    /// brought or getting ready. The revision is then stored as failed, or the
    /// last good one brought back if the options say so.
    pub async fn upgrade(
        &self,
        revision: Revision,
        options: &Options,
    ) -> Result<Done, Box<Failure>> {
        let (mut step, history) = self.prepare_upgrade(revision, options).await?;
        self.intend(&mut step, &history, options).await?;
        let events = (HookEvent::PreUpgrade, HookEvent::PostUpgrade);
        step.events = events;
        match self.perform(&mut step, options).await {
            Ok(warnings) => {
                step.record.info.description = options.description("Upgrade complete");
                self.finish(step, &history, warnings).await
            }
            Err(broken) => {
                let name = step.record.name.clone();
                let words = format!("Upgrade \"{name}\" failed: {}", broken.error);
                let failure = self.fail_change(step, broken, words, options).await;
                match options.atomic {
                    true => Err(self.bring_back(&name, failure, options).await),
                    false => Err(failure),
                }
            }
        }
    }

    async fn prepare_upgrade(
        &self,
        revision: Revision,
        options: &Options,
    ) -> Result<(Step, History), Box<Failure>> {
        check_labels(&revision.labels)?;
        let name = revision.record.name.clone();
        let history = self.settled(&name, options.timeout).await?;
        let current = current(&name, &history)?;
        self.check_number(&revision.record, &history, options)?;
        self.define(&name, &revision.definitions, options.definitions)
            .await?;
        let targets = self.targets(&revision).await?;
        let originals = self.originals(&name, current, &history).await?;
        self.check_owned(&targets, &originals, &name, options)
            .await?;
        let surplus = revision.surplus.into_iter().map(Item::bare);
        let originals: Vec<Item> = originals.into_iter().chain(surplus).collect();
        let labels = history.last().map(Entry::labels).cloned();
        let labels = merged(labels.unwrap_or_default(), &revision.labels);
        let before = current.record()?;
        let mut record = revision.record;
        record.namespace = self.namespace.to_owned();
        record.apply_method = Some(method(&before, options));
        record.info.first_deployed = before.info.first_deployed.clone();
        record.info.last_deployed = self.time();
        record.info.status = Status::PendingUpgrade;
        record.info.description = "Preparing upgrade".to_owned();
        let step = Step {
            writing: writing(&before, &record, options),
            record,
            labels,
            targets,
            originals,
            events: (HookEvent::PreUpgrade, HookEvent::PostUpgrade),
            resumed: None,
        };
        Ok((step, history))
    }

    /// The objects of the revision that is there, and of those after it that
    /// failed or were interrupted: they may have left some.
    pub(crate) async fn originals(
        &self,
        name: &str,
        current: &Entry,
        history: &History,
    ) -> Result<Vec<Item>, OperationError> {
        let mut items: Vec<Item> = Vec::new();
        let from = current.revision().version;
        let entries = history.entries().iter();
        for entry in entries.filter(|entry| entry.revision().version >= from) {
            let more = self.stored_items(name, &entry.record()?.manifest).await?;
            for item in more {
                if !items.iter().any(|known| known.key() == item.key()) {
                    items.push(item);
                }
            }
        }
        Ok(items)
    }

    /// Stores that a step is done: what was deployed is superseded first, so
    /// that a run which dies between is known to be interrupted.
    pub(crate) async fn finish(
        &self,
        mut step: Step,
        history: &History,
        warnings: Vec<String>,
    ) -> Result<Done, Box<Failure>> {
        let deployed = history.entries().iter();
        let deployed: Vec<&Entry> = deployed
            .filter(|entry| entry.revision().status == Status::Deployed)
            .collect();
        let superseded = self.supersede(&deployed).await;
        superseded.map_err(|error| Box::new(stored_as(error, &step)))?;
        self.conclude(&mut step).await?;
        Ok(Done {
            record: step.record,
            warnings,
        })
    }

    /// Stores that a step failed, and deletes what it created if that is
    /// wanted.
    pub(crate) async fn fail_change(
        &self,
        mut step: Step,
        broken: Broken,
        words: String,
        options: &Options,
    ) -> Box<Failure> {
        let mut failure = self.conclude_failed(&mut step, broken.error, words).await;
        if options.cleanup_on_fail {
            for object in &broken.created {
                if let Err(error) = self.cluster.delete(object, None).await {
                    failure.warnings.push(error.to_string());
                }
            }
        }
        Box::new(failure)
    }

    async fn bring_back(
        &self,
        name: &str,
        failure: Box<Failure>,
        options: &Options,
    ) -> Box<Failure> {
        let failed = Box::new(failure.error);
        let good = match self.history(name).await {
            Ok(history) => history.last_good(0).map(|entry| entry.revision().version),
            Err(_) => None,
        };
        let Some(version) = good else {
            let undoing = Box::new(OperationError::NeverDeployed(name.to_owned()));
            return Box::new(Failure {
                error: OperationError::Undoing { failed, undoing },
                ..*failure
            });
        };
        let options = Options {
            wait: true,
            description: None,
            ..options.clone()
        };
        match Box::pin(self.rollback(name, Some(version), &options)).await {
            Ok(done) => Box::new(Failure {
                error: OperationError::Undone {
                    failed,
                    back_to: Some(version),
                },
                left: Left::Revision(Box::new(done.record)),
                warnings: done.warnings,
            }),
            Err(undoing) => Box::new(Failure {
                error: OperationError::Undoing {
                    failed,
                    undoing: Box::new(undoing.error),
                },
                left: undoing.left,
                warnings: undoing.warnings,
            }),
        }
    }
}

/// The revision whose objects are there.
fn current<'h>(name: &str, history: &'h History) -> Result<&'h Entry, OperationError> {
    let last = history
        .last()
        .ok_or_else(|| OperationError::NoRelease(name.to_owned()))?;
    match history.deployed() {
        Some(deployed) => Ok(deployed),
        None if last.revision().status == Status::Uninstalled => {
            Err(OperationError::NeverDeployed(name.to_owned()))
        }
        None => Ok(last),
    }
}

fn method(before: &Record, options: &Options) -> ApplyMethod {
    match options.method {
        Method::Inherit => before.method(),
        Method::Always(method) => method,
    }
}

pub(crate) fn writing(before: &Record, record: &Record, options: &Options) -> Writing {
    Writing {
        method: record.method(),
        conflicts: options.force_conflicts,
        force: options.force,
        migrate: before.method() == ApplyMethod::ClientSide
            && record.method() == ApplyMethod::ServerSide,
        timeout: options.timeout,
    }
}

/// The labels of the last revision under those that are wanted.
fn merged(
    mut labels: BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    labels.extend(wanted.clone());
    labels.retain(|_, value| value != "null");
    labels
}
