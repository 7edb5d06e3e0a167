//! Taking a release out.

use std::collections::BTreeMap;

use serde_json::Value;
use trueup_helm::HookEvent;
use trueup_kubernetes::client::{ClusterError, Deletion, ObjectRef};

use super::{
    Entry, Failure, History, Item, Left, OperationError, Options, Releases,
    apply::{groups, keeps, text},
    hooks::Run,
    side_by_side,
};
use crate::{Record, Status, order::removal, ownership::Owner};

/// What an uninstallation led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uninstalled {
    /// Objects that stay, and why.
    pub left: Vec<String>,
}

/// An object whose deletion was asked for.
struct Going {
    object: ObjectRef,
    uid: Option<String>,
}

impl Releases<'_> {
    /// Takes a release out, or finishes doing so. One that is not there is no
    /// error.
    ///
    /// # Errors
    /// A hook fails; an object can't be deleted, or is not gone in time. The
    /// release is then stored as being uninstalled; another call goes on.
    pub async fn uninstall(
        &self,
        name: &str,
        options: &Options,
    ) -> Result<Uninstalled, Box<Failure>> {
        let history = self.settled(name, options.timeout).await?;
        let Some(last) = history.last() else {
            return Ok(Uninstalled::default());
        };
        let mut left = Vec::new();
        if last.revision().status != Status::Uninstalled {
            let mut record = last.record()?;
            let taken = self
                .take_out(&mut record, &history, options, &mut left)
                .await;
            taken.map_err(|error| {
                Box::new(Failure {
                    error,
                    left: Left::Revision(Box::new(record)),
                    warnings: left.clone(),
                })
            })?;
        }
        if !options.keep_history {
            for entry in history.entries() {
                self.forget(name, entry.revision().version).await?;
            }
        }
        Ok(Uninstalled { left })
    }

    async fn take_out(
        &self,
        record: &mut Record,
        history: &History,
        options: &Options,
        left: &mut Vec<String>,
    ) -> Result<(), OperationError> {
        let labels = history.last().map(Entry::labels).cloned();
        let labels = labels.unwrap_or_default();
        let dead = record.info.status == Status::Uninstalling;
        let resumed = record.info.deleted.seconds().filter(|_| dead);
        record.info.status = Status::Uninstalling;
        if resumed.is_none() {
            record.info.deleted = self.time();
        }
        record.info.description = "Deletion in progress (or silently failed)".to_owned();
        self.update(record, &labels).await?;
        self.delete_hooked(record, &labels, history, options, resumed, left)
            .await?;
        record.info.status = Status::Uninstalled;
        record.info.description = options.description("Uninstallation complete");
        if options.keep_history {
            self.update(record, &labels).await?;
            let others = history.entries().iter();
            let others: Vec<&Entry> = others
                .filter(|entry| {
                    entry.revision().status == Status::Deployed
                        && entry.revision().version != record.version
                })
                .collect();
            self.supersede(&others).await?;
        }
        Ok(())
    }

    async fn delete_hooked(
        &self,
        record: &mut Record,
        labels: &BTreeMap<String, String>,
        history: &History,
        options: &Options,
        resumed: Option<i64>,
        left: &mut Vec<String>,
    ) -> Result<(), OperationError> {
        let items = self.going(record, history, left).await?;
        let mut run = Run {
            record,
            labels,
            options,
            resumed,
        };
        self.run_hooks(&mut run, HookEvent::PreDelete).await?;
        let owner = Owner {
            name: &run.record.name.clone(),
            namespace: self.namespace,
        };
        let going = self.delete_all(&items, owner, left).await?;
        if options.waits() {
            let waits = going.iter().map(|going| {
                let uid = going.uid.as_deref();
                self.cluster
                    .wait_deleted(&going.object, uid, options.timeout)
            });
            let waited: Vec<Result<(), ClusterError>> = side_by_side(waits.collect()).await;
            fail_with(waited.into_iter().filter_map(Result::err).collect())?;
        }
        self.run_hooks(&mut run, HookEvent::PostDelete).await
    }

    /// What is to be deleted, in Helm's order: the last revision's objects,
    /// and those that the ones before it may have left.
    async fn going(
        &self,
        record: &Record,
        history: &History,
        left: &mut Vec<String>,
    ) -> Result<Vec<Item>, OperationError> {
        let deployed = history.deployed().map(|entry| entry.revision().version);
        let from = deployed.unwrap_or(record.version);
        let mut manifest = record.manifest.clone();
        let entries = history.entries().iter();
        for entry in entries.filter(|entry| entry.revision().version >= from) {
            if entry.revision().version != record.version {
                manifest.push_str("\n---\n");
                manifest.push_str(&entry.record()?.manifest);
            }
        }
        let removal = removal(&manifest).map_err(|source| OperationError::Manifest {
            release: record.name.clone(),
            source,
        })?;
        let text = |objects: &[trueup_helm::Manifest]| {
            let texts = objects
                .iter()
                .map(|object| format!("---\n{}\n", object.content));
            texts.collect::<String>()
        };
        let kept = self
            .stored_items(&record.name, &text(&removal.keep))
            .await?;
        left.extend(kept.iter().map(|item| stays(&item.object)));
        let mut going: Vec<Item> = Vec::new();
        for item in self
            .stored_items(&record.name, &text(&removal.delete))
            .await?
        {
            let known = |other: &Item| other.key() == item.key();
            if !going.iter().any(known) && !kept.iter().any(known) {
                going.push(item);
            }
        }
        Ok(going)
    }

    async fn delete_all(
        &self,
        items: &[Item],
        owner: Owner<'_>,
        left: &mut Vec<String>,
    ) -> Result<Vec<Going>, OperationError> {
        let live = self.live(items).await?;
        let mut live = live.into_iter();
        let mut going = Vec::new();
        let mut errors = Vec::new();
        for group in groups(items) {
            let mut there = Vec::new();
            for (item, live) in group.iter().zip(live.by_ref()) {
                let Some(live) = live else { continue };
                match whether(item, &live, owner) {
                    Ok(()) => there.push((item, text(&live, "/metadata/uid"))),
                    Err(why) => left.push(why),
                }
            }
            let deletions = there
                .into_iter()
                .map(|(item, uid)| self.delete_one(item, uid));
            let deleted = side_by_side(deletions.collect()).await;
            for outcome in deleted {
                match outcome {
                    Ok(one) => going.extend(one),
                    Err(error) => errors.push(error),
                }
            }
        }
        fail_with(errors)?;
        Ok(going)
    }

    async fn delete_one(
        &self,
        item: &Item,
        uid: Option<String>,
    ) -> Result<Option<Going>, ClusterError> {
        match self.cluster.delete(&item.object, uid.as_deref()).await? {
            Deletion::Done => Ok(None),
            Deletion::Begun { .. } => Ok(Some(Going {
                object: item.object.clone(),
                uid,
            })),
        }
    }
}

/// Whether an object may be deleted; why not.
fn whether(item: &Item, live: &Value, owner: Owner<'_>) -> Result<(), String> {
    if keeps(live) {
        return Err(stays(&item.object));
    }
    owner
        .check(live)
        .map_err(|foreign| format!("{} stays: {foreign}.", item.object))
}

fn stays(object: &ObjectRef) -> String {
    format!("{object} stays: its resource policy is keep.")
}

fn fail_with(errors: Vec<ClusterError>) -> Result<(), OperationError> {
    match errors.is_empty() {
        true => Ok(()),
        false => Err(OperationError::Objects(errors)),
    }
}
