//! What the engine asks of a provider.

use trueup_value::{Path, Value};

use crate::{
    Answer, Configuration, FunctionProblem, Object, ProviderSchema, contract::ready,
    upgrade::read_stored,
};

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

/// An object as another provider, or another resource type, has stored it.
#[derive(Clone, Copy, Debug)]
pub struct Foreign<'a> {
    /// The provider's source address.
    pub provider: &'a str,
    /// The resource type.
    pub kind: &'a str,
    /// The version of the schema it was stored under.
    pub version: u64,
    /// Its attributes as JSON.
    pub json: &'a str,
    /// What that provider keeps with it.
    pub private: &'a [u8],
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

    /// Judges the configuration of an ephemeral resource of type `kind`.
    fn validate_ephemeral(&self, kind: &str, config: &Value) -> Vec<Problem> {
        let _ = (kind, config);
        Vec::new()
    }

    /// Whether the provider can plan with a configuration that is not known in
    /// full. Otherwise its resources wait until it is.
    fn configures_unknown(&self) -> bool {
        false
    }

    /// Makes the provider ready for work. Where it says so, the configuration
    /// may be unknown in places while planning; no default may stand in for
    /// what is unknown.
    fn configure<'a>(&'a self, config: &'a Value) -> Answer<'a, Configuration>;

    /// Brings a stored object of type `kind`, written as JSON under `version`
    /// of its schema, to the current one.
    fn upgrade<'a>(
        &'a self,
        kind: &'a str,
        version: u64,
        json: &'a str,
    ) -> Answer<'a, Result<Value, Vec<Problem>>> {
        ready(match self.schema().resources.get(kind) {
            Some(schema) => read_stored(schema, version, json),
            None => Err(vec![Problem::error(
                "Unsupported resource type",
                format!("The provider has no resource type \"{kind}\"."),
                Path::new(),
            )]),
        })
    }

    /// Takes over an object that was of another type, or another provider's,
    /// and is now one of type `kind`; `None` if it takes over none.
    fn take_over<'a>(
        &'a self,
        kind: &'a str,
        foreign: Foreign<'a>,
    ) -> Option<Answer<'a, Result<Object, Vec<Problem>>>> {
        let _ = (kind, foreign);
        None
    }

    /// Calls a function of the provider.
    fn call_function<'a>(
        &'a self,
        name: &'a str,
        arguments: &'a [Value],
    ) -> Answer<'a, Result<Value, FunctionProblem>> {
        let _ = arguments;
        ready(Err(FunctionProblem {
            argument: None,
            message: format!("there is no function named \"{name}\""),
        }))
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

    /// A warning about the attribute at `path`.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>, path: Path) -> Self {
        Problem {
            severity: ProblemSeverity::Warning,
            ..Problem::error(summary, detail, path)
        }
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == ProblemSeverity::Error
    }
}
