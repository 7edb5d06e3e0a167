//! Bringing a chart to a cluster for the first time.

use trueup_helm::HookEvent;

use super::{
    Done, Failure, History, Left, Method, OperationError, Options, Releases, Revision,
    apply::Writing,
    perform::{Step, check_labels, stored_as},
};
use crate::{ApplyMethod, Status};

impl Releases<'_> {
    /// Installs a release, or finishes an installation that a dead run left.
    ///
    /// # Errors
    /// The name is in use; objects are another's; whatever keeps objects from
    /// being brought or getting ready. The release is then stored as failed,
    /// or taken out again if the options say so.
    pub async fn install(
        &self,
        revision: Revision,
        options: &Options,
    ) -> Result<Done, Box<Failure>> {
        let (mut step, history) = self.prepare_install(revision, options).await?;
        self.begin_install(&mut step, &history, options).await?;
        match self.perform(&mut step, options).await {
            Ok(warnings) => {
                step.record.info.description = options.description("Install complete");
                self.conclude(&mut step).await?;
                Ok(Done {
                    record: step.record,
                    warnings,
                })
            }
            Err(broken) => Err(self.fail_install(step, broken.error, options).await),
        }
    }

    async fn prepare_install(
        &self,
        revision: Revision,
        options: &Options,
    ) -> Result<(Step, History), Box<Failure>> {
        check_labels(&revision.labels)?;
        let name = revision.record.name.clone();
        let history = self.settled(&name, options.timeout).await?;
        self.check_name(&name, &history, options)?;
        self.check_number(&revision.record, &history, options)?;
        self.define(&name, &revision.definitions, options.definitions)
            .await?;
        let targets = self.targets(&revision).await?;
        self.check_owned(&targets, &[], &name, options).await?;
        let mut record = revision.record;
        let now = self.time();
        record.namespace = self.namespace.to_owned();
        let method = match options.method {
            Method::Inherit => ApplyMethod::ServerSide,
            Method::Always(method) => method,
        };
        record.apply_method = Some(method);
        record.info.first_deployed = now.clone();
        record.info.last_deployed = now;
        record.info.status = Status::PendingInstall;
        record.info.description = "Initial install underway".to_owned();
        let step = Step {
            record,
            labels: revision.labels,
            targets,
            originals: self.left_behind(&name, &history).await?,
            writing: Writing {
                method,
                conflicts: options.force_conflicts,
                force: options.force,
                migrate: method == ApplyMethod::ServerSide,
                timeout: options.timeout,
            },
            events: (HookEvent::PreInstall, HookEvent::PostInstall),
            resumed: None,
        };
        Ok((step, history))
    }

    /// The objects of an installation that a dead run left. Those that are not
    /// in this one go.
    async fn left_behind(
        &self,
        name: &str,
        history: &History,
    ) -> Result<Vec<super::Item>, OperationError> {
        let pending = |entry: &&super::Entry| entry.revision().status.is_pending();
        let Some(entry) = history.last().filter(pending) else {
            return Ok(Vec::new());
        };
        self.stored_items(name, &entry.record()?.manifest).await
    }

    async fn begin_install(
        &self,
        step: &mut Step,
        history: &History,
        options: &Options,
    ) -> Result<(), Box<Failure>> {
        if options.create_namespace {
            self.create_namespace(step.record.method()).await?;
        }
        if let Some(last) = history.last() {
            let status = last.revision().status;
            if matches!(status, Status::Uninstalled | Status::Uninstalling) {
                let mut record = last.record()?;
                record.info.status = Status::Superseded;
                record.info.description = "superseded by new release".to_owned();
                self.update(&record, last.labels()).await?;
            }
        }
        self.intend(step, history, options).await?;
        Ok(())
    }

    /// A name is free if nobody has it, if an installation under it was
    /// interrupted, or if what had it failed or is gone and may be replaced.
    fn check_name(
        &self,
        name: &str,
        history: &History,
        options: &Options,
    ) -> Result<(), OperationError> {
        let Some(last) = history.last().map(super::Entry::revision) else {
            return Ok(());
        };
        let free = match last.status {
            Status::PendingInstall => self.standing(history, options.timeout).interrupted,
            Status::Uninstalled | Status::Uninstalling | Status::Failed => options.replace,
            _ => false,
        };
        match free {
            true => Ok(()),
            false => Err(OperationError::NameInUse {
                release: name.to_owned(),
                version: last.version,
                status: last.status,
            }),
        }
    }

    async fn fail_install(
        &self,
        mut step: Step,
        error: OperationError,
        options: &Options,
    ) -> Box<Failure> {
        let name = step.record.name.clone();
        let words = format!("Release \"{name}\" failed: {error}");
        let failure = self.conclude_failed(&mut step, error, words).await;
        if !options.atomic {
            return Box::new(failure);
        }
        let error = failure.error;
        let options = Options {
            keep_history: false,
            wait: true,
            ..options.clone()
        };
        let failed = Box::new(error);
        match self.uninstall(&name, &options).await {
            Ok(done) => Box::new(Failure {
                error: OperationError::Undone {
                    failed,
                    back_to: None,
                },
                left: Left::Gone,
                warnings: done.left,
            }),
            Err(undoing) => {
                let undoing = Box::new(undoing.error);
                let error = OperationError::Undoing { failed, undoing };
                Box::new(stored_as(error, &step))
            }
        }
    }
}
