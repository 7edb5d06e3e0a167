//! What the engine asks of a provider.

use trueup_value::{Path, Value};

use crate::ProviderSchema;

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemSeverity {
    /// The configuration cannot be used.
    Error,
    /// It can, but the author should know.
    Warning,
}

/// What a provider has to say about a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Error or warning.
    pub severity: ProblemSeverity,
    /// One line without a period.
    pub summary: String,
    /// Full sentences; may be empty.
    pub detail: String,
    /// The attribute to blame; empty for the whole object.
    pub path: Path,
}

/// A provider: what it offers, and what it thinks of a configuration.
///
/// Values passed in are unmarked and conform to the schema; they may be
/// unknown anywhere. An implementation must accept what it cannot judge yet.
pub trait Provider: Send + Sync {
    /// Everything the provider offers. The same on every call.
    fn schema(&self) -> &ProviderSchema;

    /// Judges the configuration of the provider itself.
    fn validate_provider(&self, config: &Value) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// Judges the configuration of a managed resource of type `kind`.
    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let _ = (kind, config);
        Vec::new()
    }

    /// Judges the configuration of a data source of type `kind`.
    fn validate_data(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let _ = (kind, config);
        Vec::new()
    }
}

impl Problem {
    /// An error about the attribute at `path`.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>, path: Path) -> Self {
        Problem {
            severity: ProblemSeverity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path,
        }
    }
}
