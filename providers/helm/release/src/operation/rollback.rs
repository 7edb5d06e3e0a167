//! Bringing an earlier revision back.

use trueup_helm::HookEvent;

use super::{
    Done, Entry, Failure, History, OperationError, Options, Releases, perform::Step,
    upgrade::writing,
};
use crate::{ApplyMethod, Info, Record, Status};

impl Releases<'_> {
    /// Brings back a revision, by default the one before the last, as a new
    /// one.
    ///
    /// # Errors
    /// There is no such release or revision; whatever keeps objects from being
    /// brought or getting ready. The new revision is then stored as failed.
    pub async fn rollback(
        &self,
        name: &str,
        version: Option<u64>,
        options: &Options,
    ) -> Result<Done, Box<Failure>> {
        let history = self.settled(name, options.timeout).await?;
        let mut step = self
            .prepare_rollback(name, version, &history, options)
            .await?;
        self.intend(&mut step, &history, options).await?;
        match self.perform(&mut step, options).await {
            Ok(warnings) => self.finish(step, &history, warnings).await,
            Err(broken) => {
                let words = format!("Rollback \"{name}\" failed: {}", broken.error);
                Err(self.fail_change(step, broken, words, options).await)
            }
        }
    }

    async fn prepare_rollback(
        &self,
        name: &str,
        version: Option<u64>,
        history: &History,
        options: &Options,
    ) -> Result<Step, OperationError> {
        let missing = || OperationError::NoRelease(name.to_owned());
        let last = history.last().ok_or_else(missing)?;
        let next = self.standing(history, options.timeout).next;
        let wanted = version.unwrap_or(next.saturating_sub(2));
        let target = history
            .get(wanted)
            .ok_or_else(|| OperationError::NoRevision {
                release: name.to_owned(),
                version: wanted,
            })?;
        let old = target.record()?;
        let current = history.deployed().unwrap_or(last);
        let originals = self.originals(name, current, history).await?;
        let items = self.items(name, &old.manifest, &[]).await?;
        let targets = self.marked(items, name);
        let mut record = self.back_to(&old, last, options)?;
        record.version = next;
        let mut writing = writing(&last.record()?, &record, options);
        // As Helm: whatever the last revision was made with.
        writing.migrate = record.method() == ApplyMethod::ServerSide;
        Ok(Step {
            writing,
            labels: target.labels().clone(),
            record,
            targets,
            originals,
            events: (HookEvent::PreRollback, HookEvent::PostRollback),
            resumed: None,
        })
    }

    fn back_to(
        &self,
        old: &Record,
        last: &Entry,
        options: &Options,
    ) -> Result<Record, OperationError> {
        let version = old.version;
        Ok(Record {
            info: Info {
                first_deployed: last.record()?.info.first_deployed,
                last_deployed: self.time(),
                status: Status::PendingRollback,
                description: options.description(format!("Rollback to {version}")),
                rollback_revision: version,
                notes: old.info.notes.clone(),
                ..Info::default()
            },
            apply_method: Some(old.method()),
            ..old.clone()
        })
    }
}
