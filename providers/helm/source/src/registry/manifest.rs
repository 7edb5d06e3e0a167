//! Manifests: which parts a chart in a registry has.

use serde::Deserialize;

use crate::error::SourceError;

pub(crate) const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
pub(crate) const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
pub(crate) const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
const LEGACY_CHART: &str = "application/tar+gzip";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// What a registry may answer with when asked for a manifest.
pub(crate) const ACCEPTED: &str = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json";

/// A manifest or a list of manifests.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Manifest {
    config: Option<Descriptor>,
    layers: Vec<Descriptor>,
    pub(crate) manifests: Vec<Descriptor>,
}

/// A part of it.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
}

/// The parts of a chart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) config: Descriptor,
    pub(crate) chart: Descriptor,
    pub(crate) provenance: Option<Descriptor>,
}

impl Manifest {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, SourceError> {
        serde_json::from_slice(text)
            .map_err(|error| SourceError::registry(format!("manifest can't be read: {error}")))
    }

    /// The parts that Helm looks for; refused in Helm's words when they are missing.
    pub(crate) fn parts(&self) -> Result<Parts, SourceError> {
        let all = || self.config.iter().chain(&self.layers);
        let last = |types: &[&str]| {
            all()
                .rfind(|part| types.contains(&part.media_type.as_str()))
                .cloned()
        };
        let config = last(&[CONFIG]);
        let chart = last(&[CHART, LEGACY_CHART]);
        match (config, chart) {
            (None, None) => Err(SourceError::registry(
                "manifest does not contain minimum number of descriptors (2), descriptors found: 1",
            )),
            (None, Some(_)) => Err(SourceError::registry(format!(
                "could not load config with mediatype {CONFIG}"
            ))),
            (Some(_), None) => Err(SourceError::registry(format!(
                "manifest does not contain a layer with mediatype {CHART}"
            ))),
            (Some(config), Some(chart)) => Ok(Parts {
                config,
                chart,
                provenance: last(&[PROVENANCE]),
            }),
        }
    }
}
