//! What the commands about one chart share: which chart, which values.

use trueup_helm::{
    Capabilities, Chart, Given, KubeVersion, Limits, Options, Release, SchemaCheck, load,
};

use super::{
    Context,
    source_flags::SourceFlags,
    template::{KUBE_VERSION, sources},
    values_flags::{ValuesFlags, chart_error},
};
use crate::error::CommandError;

/// A chart and the values for it.
#[derive(clap::Args, Debug)]
pub(crate) struct ChartFlags {
    /// The chart: a folder, a .tgz, a URL, oci://… or REPOSITORY/NAME
    chart: String,

    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    values: ValuesFlags,

    /// The namespace of the release
    #[arg(short, long, default_value = "default")]
    namespace: String,

    /// The Kubernetes version that charts see
    #[arg(long, value_name = "VERSION", default_value = KUBE_VERSION)]
    kube_version: String,
}

impl ChartFlags {
    pub(crate) fn load(&self, context: &Context<'_>) -> Result<Chart, CommandError> {
        let path = self.source.locate(&self.chart, context)?;
        load(&path).map_err(chart_error)
    }

    pub(crate) fn given(&self) -> Result<Given, CommandError> {
        self.values.given()
    }

    /// What to render with.
    pub(crate) fn options(&self, release: &str, given: &Given) -> Result<Options, CommandError> {
        let version = KubeVersion::parse(&self.kube_version).map_err(|error| {
            CommandError::Helm(format!(
                "invalid kube version '{}': {error}",
                self.kube_version
            ))
        })?;
        Ok(Options {
            release: Release {
                name: release.to_owned(),
                namespace: self.namespace.clone(),
                revision: 1,
                is_upgrade: false,
            },
            values: given.values.clone(),
            capabilities: Capabilities::offline(version),
            sources: sources(),
            helm_3: false,
            strict: false,
            schema: SchemaCheck::All,
            limits: Limits::default(),
        })
    }
}
