//! The revisions of a release, in the cluster's Secrets.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use trueup_kubernetes::client::{Cause, Kind, ObjectRef, Selectors};

use super::{OperationError, Releases};
use crate::{
    Record, Status,
    history::{self, Revision},
    storage::{self, Stamp},
};

/// The manager of Helm's Secrets: the server takes it from the user agent.
const SECRET_MANAGER: &str = "Helm";
/// Who works on a revision. `helm` drops it with its next update.
const HOLDER: &str = "trueup/holder";

/// The revisions of a release, the oldest first. They are decoded when they
/// are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    entries: Vec<Entry>,
}

/// A stored revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    release: String,
    revision: Revision,
    labels: BTreeMap<String, String>,
    holder: Option<String>,
    /// When it was written, in seconds since 1970 began.
    written: i64,
    secret: Value,
}

/// What a release is before an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number that the next revision gets: that of one which was left
    /// behind by a dead run, else one more than the last.
    pub next: u64,
    /// The revision that is deployed.
    pub deployed: Option<u64>,
    /// The last revision.
    pub last: Option<Revision>,
    /// Whether the last revision was left behind by a dead run; the next
    /// operation finishes it.
    pub interrupted: bool,
    /// Whether somebody seems to be at work on the last revision.
    pub busy: bool,
}

impl History {
    /// The revisions, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The latest revision.
    #[must_use]
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// The revision that is deployed.
    #[must_use]
    pub fn deployed(&self) -> Option<&Entry> {
        self.get(history::deployed(&self.revisions())?.version)
    }

    /// A revision by its number.
    #[must_use]
    pub fn get(&self, version: u64) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.revision.version == version)
    }

    /// Numbers and states.
    #[must_use]
    pub fn revisions(&self) -> Vec<Revision> {
        self.entries.iter().map(Entry::revision).collect()
    }

    /// The last revision that was in the cluster as it should be, other than
    /// `but`.
    pub(crate) fn last_good(&self, but: u64) -> Option<&Entry> {
        let mut entries = self.entries.iter().rev();
        entries.find(|entry| {
            let good = matches!(entry.revision.status, Status::Deployed | Status::Superseded);
            good && entry.revision.version != but
        })
    }
}

impl Entry {
    /// Number and state.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The labels of the user.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// What is stored.
    ///
    /// # Errors
    /// It is damaged.
    pub fn record(&self) -> Result<Record, OperationError> {
        storage::from_secret(&self.secret).map_err(|source| OperationError::Stored {
            release: self.release.clone(),
            version: self.revision.version,
            source,
        })
    }

    /// `None` if the Secret says of no revision that it is one.
    fn of(secret: Value, release: &str) -> Option<Entry> {
        let labels = secret.pointer("/metadata/labels")?.as_object()?;
        let labels: BTreeMap<String, String> = labels
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect();
        let seconds = |key: &str| labels.get(key)?.parse().ok();
        let holder = secret.pointer("/metadata/annotations");
        let holder = holder.and_then(|all| all.get(HOLDER)?.as_str());
        Some(Entry {
            release: release.to_owned(),
            revision: Revision {
                version: labels.get("version")?.parse().ok()?,
                status: storage::status_of(&labels),
            },
            holder: holder.map(str::to_owned),
            written: seconds("modifiedAt").or(seconds("createdAt")).unwrap_or(0),
            labels: storage::user_labels(&labels),
            secret,
        })
    }
}

impl Releases<'_> {
    /// The revisions of a release; none if there is no such release.
    ///
    /// # Errors
    /// The Secrets can't be listed.
    pub async fn history(&self, name: &str) -> Result<History, OperationError> {
        let selectors = Selectors {
            labels: Some(storage::selector(name)),
            ..Selectors::default()
        };
        let secrets = Kind::new("v1", "Secret");
        let cluster = self.cluster;
        let found = cluster.list(&secrets, Some(self.namespace), &selectors);
        let found = found.await?.into_iter();
        let mut entries: Vec<Entry> = found.filter_map(|secret| Entry::of(secret, name)).collect();
        entries.sort_by_key(|entry| entry.revision.version);
        Ok(History { entries })
    }

    /// What a release is now, seen from an operation that may take as long as
    /// `patience`.
    #[must_use]
    pub fn standing(&self, history: &History, patience: Duration) -> Standing {
        let last = history.last();
        let pending = last.is_some_and(|last| last.revision.status.is_pending());
        let interrupted = last.is_some_and(|last| self.is_dead(last, patience));
        let version = last.map_or(0, |last| last.revision.version);
        Standing {
            next: version + u64::from(!interrupted),
            deployed: history.deployed().map(|entry| entry.revision.version),
            last: last.map(Entry::revision),
            interrupted,
            busy: pending && !interrupted,
        }
    }

    /// Whether nobody works on a pending revision any more: it is our own from
    /// a run before, or its time is up.
    fn is_dead(&self, entry: &Entry, patience: Duration) -> bool {
        let ours = entry.holder.is_some() && entry.holder.as_deref() == self.holder;
        let age = u64::try_from(self.seconds().saturating_sub(entry.written)).unwrap_or(0);
        entry.revision.status.is_pending() && (ours || age >= patience.as_secs())
    }

    /// The revisions once nobody works on them any more.
    pub(crate) async fn settled(
        &self,
        name: &str,
        patience: Duration,
    ) -> Result<History, OperationError> {
        let mut deadline = self.deadline(patience);
        loop {
            let history = self.history(name).await?;
            if !self.standing(&history, patience).busy || !self.pause(&mut deadline).await {
                return Ok(history);
            }
        }
    }

    /// Stores a new revision, and deletes old ones beyond `limit`.
    pub(crate) async fn store(
        &self,
        record: &Record,
        labels: &BTreeMap<String, String>,
        history: &History,
        limit: usize,
    ) -> Result<(), OperationError> {
        for version in history::to_delete(&history.revisions(), limit) {
            self.forget(&record.name, version).await?;
        }
        let secret = self.secret(record, labels, Stamp::Created(self.seconds()))?;
        match self.cluster.create(&secret, SECRET_MANAGER).await {
            Ok(_) => Ok(()),
            Err(error) if matches!(*error.cause, Cause::AlreadyExists(_)) => {
                self.overtaken(record, &secret).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A revision of that number exists: our own, if the answer to its
    /// creation was lost; else somebody else was faster.
    async fn overtaken(&self, record: &Record, secret: &Value) -> Result<(), OperationError> {
        let object = self.secret_of(&record.name, record.version);
        let live = self.cluster.get(&object).await?.unwrap_or_default();
        match live.get("data") == secret.get("data") {
            true => Ok(()),
            false => Err(OperationError::Overtaken {
                release: record.name.clone(),
                planned: record.version.saturating_sub(1),
                found: record.version,
            }),
        }
    }

    /// Stores a revision again.
    pub(crate) async fn update(
        &self,
        record: &Record,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), OperationError> {
        let secret = self.secret(record, labels, Stamp::Modified(self.seconds()))?;
        self.cluster.replace(&secret, SECRET_MANAGER).await?;
        Ok(())
    }

    /// Deletes a revision.
    pub(crate) async fn forget(&self, release: &str, version: u64) -> Result<(), OperationError> {
        let object = self.secret_of(release, version);
        self.cluster.delete(&object, None).await?;
        Ok(())
    }

    fn secret_of(&self, release: &str, version: u64) -> ObjectRef {
        ObjectRef {
            kind: Kind::new("v1", "Secret"),
            namespace: Some(self.namespace.to_owned()),
            name: storage::secret_name(release, version),
        }
    }

    fn secret(
        &self,
        record: &Record,
        labels: &BTreeMap<String, String>,
        stamp: Stamp,
    ) -> Result<Value, OperationError> {
        let secret = storage::secret(record, labels, stamp);
        let mut secret = secret.map_err(|source| OperationError::Stored {
            release: record.name.clone(),
            version: record.version,
            source,
        })?;
        secret["metadata"]["namespace"] = json!(self.namespace);
        if let Some(holder) = self.holder.filter(|_| record.info.status.is_pending()) {
            secret["metadata"]["annotations"] = json!({ HOLDER: holder });
        }
        Ok(secret)
    }
}
