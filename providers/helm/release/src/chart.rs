//! The chart within a record.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trueup_helm::{Chart, ChartError, Dependency, File, Metadata, Options, processed};
use trueup_helm_template::yaml::from_yaml;

use crate::{
    empty::{is_empty, or_null},
    time::zero,
};

/// A chart as a record holds it: without its subcharts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredChart {
    /// `Chart.yaml`; of its dependencies those that were enabled.
    pub metadata: Option<StoredMetadata>,
    /// `Chart.lock`.
    pub lock: Option<StoredLock>,
    /// The templates.
    pub templates: Option<Vec<StoredFile>>,
    /// The default values, those imported from subcharts among them.
    pub values: Option<Map<String, Value>>,
    /// `values.schema.json`, as base64.
    pub schema: Option<String>,
    /// When the schema was changed; Go writes its zero time.
    pub schemamodtime: String,
    /// All other files.
    pub files: Option<Vec<StoredFile>>,
}

/// `Chart.lock`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the keys of Chart.lock say it")]
pub struct StoredLock {
    #[serde(deserialize_with = "or_null")]
    pub generated: String,
    #[serde(deserialize_with = "or_null")]
    pub digest: String,
    pub dependencies: Option<Vec<StoredDependency>>,
}

/// A file, its content as base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredFile {
    /// The path below the chart.
    pub name: String,
    /// The content.
    #[serde(deserialize_with = "or_null")]
    pub data: String,
}

/// `Chart.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the keys of Chart.yaml say it")]
pub struct StoredMetadata {
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub name: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub home: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub sources: Vec<String>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub version: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub description: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub keywords: Vec<String>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub maintainers: Vec<StoredMaintainer>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub icon: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub api_version: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub condition: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub tags: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub app_version: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub deprecated: bool,
    #[serde(skip_serializing_if = "Map::is_empty", deserialize_with = "or_null")]
    pub annotations: Map<String, Value>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub kube_version: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub dependencies: Vec<StoredDependency>,
    #[serde(
        rename = "type",
        skip_serializing_if = "is_empty",
        deserialize_with = "or_null"
    )]
    pub kind: String,
}

/// An entry of `maintainers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the keys of Chart.yaml say it")]
pub struct StoredMaintainer {
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub name: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub email: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub url: String,
}

/// An entry of `dependencies`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the keys of Chart.yaml say it")]
pub struct StoredDependency {
    pub name: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub version: String,
    #[serde(deserialize_with = "or_null")]
    pub repository: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub condition: String,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub enabled: bool,
    #[serde(
        rename = "import-values",
        skip_serializing_if = "is_empty",
        deserialize_with = "or_null"
    )]
    pub import_values: Vec<Value>,
    #[serde(skip_serializing_if = "is_empty", deserialize_with = "or_null")]
    pub alias: String,
}

impl Default for StoredChart {
    fn default() -> Self {
        StoredChart {
            metadata: None,
            lock: None,
            templates: None,
            values: None,
            schema: None,
            schemamodtime: zero(),
            files: None,
        }
    }
}

impl StoredChart {
    /// The chart as it is stored after a rendering with these options.
    ///
    /// # Errors
    /// As the rendering: dependencies that are missing, values that don't fit.
    pub fn new(chart: &Chart, options: &Options) -> Result<Self, ChartError> {
        let (metadata, values) = processed(chart, options)?;
        Ok(StoredChart {
            metadata: Some(StoredMetadata::new(&metadata)),
            lock: chart.lock.as_deref().and_then(lock),
            templates: files(&chart.templates),
            values: Some(values),
            schema: chart.schema.as_deref().map(|text| STANDARD.encode(text)),
            files: files(&chart.files),
            ..StoredChart::default()
        })
    }
}

/// Go writes null for a list that nothing was added to.
fn files(files: &[File]) -> Option<Vec<StoredFile>> {
    let stored = files.iter().map(|file| StoredFile {
        name: file.name.clone(),
        data: STANDARD.encode(&file.data),
    });
    (!files.is_empty()).then(|| stored.collect())
}

fn lock(text: &[u8]) -> Option<StoredLock> {
    let lock = from_yaml(text).ok().filter(Value::is_object)?;
    serde_json::from_value(lock).ok()
}

impl StoredMetadata {
    fn new(metadata: &Metadata) -> Self {
        let annotations = metadata.annotations.iter().flatten();
        let maintainers = metadata.maintainers.iter().map(|one| StoredMaintainer {
            name: one.name.clone(),
            email: one.email.clone(),
            url: one.url.clone(),
        });
        let dependencies = metadata.dependencies.iter().flatten();
        StoredMetadata {
            name: metadata.name.clone(),
            home: metadata.home.clone(),
            sources: metadata.sources.clone(),
            version: metadata.version.clone(),
            description: metadata.description.clone(),
            keywords: metadata.keywords.clone(),
            maintainers: maintainers.collect(),
            icon: metadata.icon.clone(),
            api_version: metadata.api_version.clone(),
            condition: metadata.condition.clone(),
            tags: metadata.tags.clone(),
            app_version: metadata.app_version.clone(),
            deprecated: metadata.deprecated,
            annotations: annotations
                .map(|(key, value)| (key.clone(), value.as_str().into()))
                .collect(),
            kube_version: metadata.kube_version.clone(),
            dependencies: dependencies.map(StoredDependency::new).collect(),
            kind: metadata.kind.clone(),
        }
    }
}

impl StoredDependency {
    fn new(dependency: &Dependency) -> Self {
        StoredDependency {
            name: dependency.name.clone(),
            version: dependency.version.clone(),
            repository: dependency.repository.clone(),
            condition: dependency.condition.clone(),
            tags: dependency.tags.clone(),
            enabled: dependency.enabled,
            import_values: dependency.import_values.clone(),
            alias: dependency.alias.clone(),
        }
    }
}
