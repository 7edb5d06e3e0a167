//! A revision of a release, field by field as Helm 4 writes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trueup_helm::{Chart, ChartError, Hook, HookEvent, Options, Rendered};

use crate::{
    chart::StoredChart,
    empty::{is_empty, or_null},
    status::Status,
    time::Time,
};

/// A revision of a release. The fields stand in the order in which Helm
/// writes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The release's name.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub name: String,
    /// What became of it, and when.
    #[serde(deserialize_with = "or_null")]
    pub info: Info,
    /// The chart.
    #[serde(deserialize_with = "or_null")]
    pub chart: StoredChart,
    /// The values of the user.
    #[serde(skip_serializing_if = "Map::is_empty", deserialize_with = "or_null")]
    pub config: Map<String, Value>,
    /// The objects, as rendered.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub manifest: String,
    /// The hooks.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub hooks: Vec<StoredHook>,
    /// The number of the revision.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub version: u64,
    /// The release's namespace.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub namespace: String,
    /// How its objects were written; none is [`ApplyMethod::ClientSide`], as
    /// before Helm 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_method: Option<ApplyMethod>,
}

/// How objects are brought to the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApplyMethod {
    /// By a patch against what the release had.
    #[default]
    #[serde(rename = "csa", alias = "")]
    ClientSide,
    /// By server-side apply.
    #[serde(rename = "ssa")]
    ServerSide,
}

/// What became of a revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    /// When the release was installed.
    #[serde(skip_serializing_if = "Time::is_none")]
    pub first_deployed: Time,
    /// When the revision was made.
    #[serde(skip_serializing_if = "Time::is_none")]
    pub last_deployed: Time,
    /// When the release was uninstalled.
    #[serde(skip_serializing_if = "Time::is_none")]
    pub deleted: Time,
    /// A line about it.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub description: String,
    /// Its state.
    #[serde(deserialize_with = "or_null")]
    pub status: Status,
    /// The revision that was brought back; 0 for none.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub rollback_revision: u64,
    /// The chart's rendered notes.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub notes: String,
}

/// A hook, and how it went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredHook {
    /// The object's name.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub name: String,
    /// The object's kind.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub kind: String,
    /// The template it came from.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub path: String,
    /// The object as rendered.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub manifest: String,
    /// When it runs, in Helm's words.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub events: Vec<String>,
    /// How it went.
    #[serde(deserialize_with = "or_null")]
    pub last_run: Execution,
    /// Its place among the hooks of an event.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub weight: i64,
    /// When it is deleted.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub delete_policies: Vec<String>,
    /// When its logs are shown.
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub output_log_policies: Vec<String>,
}

/// How a hook went the last time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Execution {
    /// When it began.
    #[serde(skip_serializing_if = "Time::is_none")]
    pub started_at: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Time::is_none")]
    pub completed_at: Time,
    /// How it ended.
    #[serde(deserialize_with = "or_null")]
    pub phase: Phase,
}

/// How a hook ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It never ran.
    #[default]
    #[serde(rename = "")]
    Never,
    /// Nobody saw it end.
    Unknown,
    /// It runs.
    Running,
    /// It did what it should.
    Succeeded,
    /// It did not.
    Failed,
}

impl Record {
    /// The record of a chart that was rendered with these options and is not
    /// in the cluster yet.
    ///
    /// # Errors
    /// As the rendering.
    pub fn new(chart: &Chart, options: &Options, rendered: &Rendered) -> Result<Self, ChartError> {
        Ok(Record {
            name: options.release.name.clone(),
            info: Info {
                notes: rendered.notes.clone(),
                ..Info::default()
            },
            chart: StoredChart::new(chart, options)?,
            config: options.values.clone(),
            manifest: rendered.manifest(),
            hooks: rendered.hooks.iter().map(StoredHook::new).collect(),
            version: u64::try_from(options.release.revision).unwrap_or_default(),
            namespace: options.release.namespace.clone(),
            apply_method: Some(ApplyMethod::ServerSide),
        })
    }

    /// How its objects were written.
    #[must_use]
    pub fn method(&self) -> ApplyMethod {
        self.apply_method.unwrap_or_default()
    }
}

impl StoredHook {
    /// A rendered hook that has not run yet.
    #[must_use]
    pub fn new(hook: &Hook) -> Self {
        StoredHook {
            name: hook.name.clone(),
            kind: hook.manifest.kind.clone(),
            path: hook.manifest.source.clone(),
            manifest: hook.manifest.content.clone(),
            events: hook
                .events
                .iter()
                .map(|event| event.as_str().to_owned())
                .collect(),
            last_run: Execution::default(),
            weight: hook.weight,
            delete_policies: hook.delete_policies.clone(),
            output_log_policies: hook.output_log_policies.clone(),
        }
    }

    /// Whether it runs at `event`.
    #[must_use]
    pub fn runs_at(&self, event: HookEvent) -> bool {
        self.events.iter().any(|known| known == event.as_str())
    }
}
