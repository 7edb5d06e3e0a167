//! Running hooks.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;
use trueup_helm::HookEvent;
use trueup_kubernetes::client::{ClusterError, Kind, ObjectRef, Selectors};

use super::{Item, OperationError, Options, Releases, apply::text, wait::Until};
use crate::{
    ApplyMethod, Execution, Phase, Record, StoredHook, Time,
    hooks::{DeletePolicy, at, is_deleted},
};

/// So many lines of what a failed hook printed are shown.
const LINES: u32 = 20;

/// The end of what a container of a hook printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookLog {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Its last lines.
    pub text: String,
}

impl fmt::Display for HookLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {} of pod {}:", self.container, self.pod)?;
        let mut lines = self.text.trim_end().lines();
        lines.try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// A revision that hooks run for. How they went is noted in its record.
pub(crate) struct Run<'a> {
    pub(crate) record: &'a mut Record,
    pub(crate) labels: &'a BTreeMap<String, String>,
    pub(crate) options: &'a Options,
    /// When a dead run began that left the record behind, in seconds since 1970
    /// began: hooks that were run since are not run again.
    pub(crate) resumed: Option<i64>,
}

impl Run<'_> {
    /// Whether the hook was begun by the dead run that left the record.
    fn began(&self, hook: &StoredHook) -> bool {
        let began = hook.last_run.started_at.seconds();
        self.resumed.is_some_and(|since| began >= Some(since))
    }
}

impl Releases<'_> {
    /// Runs the hooks of an event, one after the other, and stores before each
    /// that it begins.
    pub(crate) async fn run_hooks(
        &self,
        run: &mut Run<'_>,
        event: HookEvent,
    ) -> Result<(), OperationError> {
        if !run.options.hooks {
            return Ok(());
        }
        let places = at(&run.record.hooks, event);
        for (count, place) in places.iter().enumerate() {
            let Some(hook) = run.record.hooks.get(*place).cloned() else {
                continue;
            };
            if run.began(&hook) && is_over(&hook) {
                continue;
            }
            if let Err(source) = self.run_hook(run, *place, &hook).await {
                let logs = self.hook_logs(&hook).await;
                self.after_failure(run, &places[..count], &hook).await;
                return Err(OperationError::Hook {
                    event,
                    kind: hook.kind,
                    name: hook.name,
                    template: hook.path,
                    logs,
                    source: Box::new(source),
                });
            }
        }
        self.after_success(run, &places).await
    }

    async fn run_hook(
        &self,
        run: &mut Run<'_>,
        place: usize,
        hook: &StoredHook,
    ) -> Result<(), OperationError> {
        let release = run.record.name.clone();
        let items = self.items(&release, &hook.manifest, &[]).await?;
        let found = match run.began(hook) && hook.last_run.phase == Phase::Running {
            true => self.live(&items).await?,
            false => Vec::new(),
        };
        let found: Option<Vec<Value>> = found.into_iter().collect();
        let outcome = match found.filter(|found| !found.is_empty()) {
            Some(found) => self.wait(&found, Until::Ended, run.options.timeout).await,
            None => {
                if is_deleted(hook, DeletePolicy::BeforeCreation) {
                    self.delete_hook(&items, run.options).await?;
                }
                self.note(run, place, Phase::Running);
                self.update(run.record, run.labels).await?;
                self.create_hook(&items, run.record.method(), run.options)
                    .await
            }
        };
        let phase = match outcome {
            Ok(()) => Phase::Succeeded,
            Err(_) => Phase::Failed,
        };
        self.note(run, place, phase);
        outcome
    }

    fn note(&self, run: &mut Run<'_>, place: usize, phase: Phase) {
        let now = self.time();
        if let Some(hook) = run.record.hooks.get_mut(place) {
            let began = hook.last_run.started_at.clone();
            hook.last_run = match phase {
                Phase::Running => Execution {
                    started_at: now,
                    completed_at: Time::none(),
                    phase,
                },
                _ => Execution {
                    started_at: began,
                    completed_at: now,
                    phase,
                },
            };
            if hook.delete_policies.is_empty() {
                let usual = DeletePolicy::BeforeCreation.as_str();
                hook.delete_policies = vec![usual.to_owned()];
            }
        }
    }

    async fn create_hook(
        &self,
        items: &[Item],
        method: ApplyMethod,
        options: &Options,
    ) -> Result<(), OperationError> {
        let mut written = Vec::with_capacity(items.len());
        for item in items {
            written.push(match method {
                _ if item.is_unnamed() => {
                    self.cluster.create(&item.manifest, super::MANAGER).await?
                }
                ApplyMethod::ClientSide => match self.cluster.get(&item.object).await? {
                    None => self.create_client_side(item).await?,
                    // It is refused, as Helm's is.
                    Some(_) => self.cluster.create(&item.manifest, super::MANAGER).await?,
                },
                ApplyMethod::ServerSide => self.applied(item, false).await?,
            });
        }
        self.wait(&written, Until::Ended, options.timeout).await
    }

    async fn delete_hook(&self, items: &[Item], options: &Options) -> Result<(), ClusterError> {
        for item in items.iter().filter(|item| !item.is_unnamed()) {
            let Some(live) = self.cluster.get(&item.object).await? else {
                continue;
            };
            let uid = text(&live, "/metadata/uid");
            self.cluster.delete(&item.object, uid.as_deref()).await?;
            self.cluster
                .wait_deleted(&item.object, uid.as_deref(), options.timeout)
                .await?;
        }
        Ok(())
    }

    /// Deletes hooks that ask for it once all went well. That they did is
    /// stored first: their objects can't tell any more.
    async fn after_success(
        &self,
        run: &mut Run<'_>,
        places: &[usize],
    ) -> Result<(), OperationError> {
        let hooks: Vec<StoredHook> = places
            .iter()
            .rev()
            .filter_map(|place| run.record.hooks.get(*place).cloned())
            .filter(|hook| is_deleted(hook, DeletePolicy::Succeeded))
            .collect();
        if hooks.is_empty() {
            return Ok(());
        }
        self.update(run.record, run.labels).await?;
        for hook in hooks {
            let items = self.items(&run.record.name, &hook.manifest, &[]).await?;
            self.delete_hook(&items, run.options).await?;
        }
        Ok(())
    }

    /// Deletes the failed hook and those before it, as they ask. What can't be
    /// deleted stays: the failure is what matters.
    async fn after_failure(&self, run: &Run<'_>, before: &[usize], failed: &StoredHook) {
        let mut going = Vec::new();
        if is_deleted(failed, DeletePolicy::Failed) {
            going.push(failed);
        }
        let before = before
            .iter()
            .filter_map(|place| run.record.hooks.get(*place));
        going.extend(before.filter(|hook| is_deleted(hook, DeletePolicy::Succeeded)));
        for hook in going {
            if let Ok(items) = self.items(&run.record.name, &hook.manifest, &[]).await {
                let _ = self.delete_hook(&items, run.options).await;
            }
        }
    }

    /// The end of what the pods of a hook printed, as far as it can be read.
    async fn hook_logs(&self, hook: &StoredHook) -> Vec<HookLog> {
        let selectors = match hook.kind.as_str() {
            "Job" => Selectors {
                labels: Some(format!("job-name={}", hook.name)),
                ..Selectors::default()
            },
            "Pod" => Selectors {
                fields: Some(format!("metadata.name={}", hook.name)),
                ..Selectors::default()
            },
            _ => return Vec::new(),
        };
        let namespace = self.namespace_of(hook).await;
        let kind = Kind::new("v1", "Pod");
        let pods = self.cluster.list(&kind, Some(&namespace), &selectors).await;
        let mut logs = Vec::new();
        for pod in pods.unwrap_or_default() {
            logs.extend(self.pod_logs(&pod).await);
        }
        logs
    }

    async fn namespace_of(&self, hook: &StoredHook) -> String {
        let items = self.items(&hook.name, &hook.manifest, &[]).await;
        let first = items.ok().and_then(|items| items.into_iter().next());
        let namespace = first.and_then(|item| item.object.namespace);
        namespace.unwrap_or_else(|| self.namespace.to_owned())
    }

    async fn pod_logs(&self, pod: &Value) -> Vec<HookLog> {
        let Some(object) = ObjectRef::of(pod) else {
            return Vec::new();
        };
        let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
        let names = containers.into_iter().flatten();
        let names = names.filter_map(|container| container.get("name")?.as_str());
        let mut logs = Vec::new();
        for name in names {
            let printed = self.cluster.logs(&object, name, LINES).await;
            let printed = printed.unwrap_or_default();
            if !printed.trim().is_empty() {
                logs.push(HookLog {
                    pod: object.name.clone(),
                    container: name.to_owned(),
                    text: printed,
                });
            }
        }
        logs
    }
}

/// Whether a record that a dead run left says that the hook did what it
/// should. One that runs at several events may have done so at an earlier one.
fn is_over(hook: &StoredHook) -> bool {
    hook.last_run.phase == Phase::Succeeded && hook.events.len() == 1
}

/// Lets hooks that did not change keep how they went in a run that died.
pub(crate) fn carry_over(from: &[StoredHook], to: &mut [StoredHook]) {
    for hook in to {
        let same = |old: &&StoredHook| {
            old.path == hook.path && old.manifest == hook.manifest && old.events == hook.events
        };
        if let Some(old) = from.iter().find(same) {
            hook.last_run = old.last_run.clone();
        }
    }
}
