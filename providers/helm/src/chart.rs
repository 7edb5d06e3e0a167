//! A chart as loaded: its files sorted by what they are.

use serde_json::{Map, Value};

use crate::metadata::Metadata;
use crate::parses::Parses;

/// A file of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path below the chart, with `/`.
    pub name: String,
    /// Its content without a byte order mark.
    pub data: Vec<u8>,
}

impl File {
    pub(crate) fn new(name: String, mut data: Vec<u8>) -> Self {
        if data.starts_with(&[0xEF, 0xBB, 0xBF]) {
            data.drain(..3);
        }
        Self { name, data }
    }
}

/// A chart with its subcharts.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// `Chart.yaml`, with the dependencies of `requirements.yaml`.
    pub metadata: Metadata,
    /// Files below `templates/`.
    pub templates: Vec<File>,
    /// `values.yaml`; its documents merged.
    pub values: Map<String, Value>,
    /// `values.schema.json`.
    pub schema: Option<Vec<u8>>,
    /// `Chart.lock`, or `requirements.lock`.
    pub lock: Option<Vec<u8>>,
    /// All other files: what `.Files` shows.
    pub files: Vec<File>,
    /// Charts below `charts/`, whether or not `Chart.yaml` names them.
    pub dependencies: Vec<Chart>,
    /// What Helm says on standard error while loading.
    pub warnings: Vec<String>,
    /// Its templates once they are parsed.
    pub(crate) parses: Parses,
}
