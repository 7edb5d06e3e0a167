//! What is wrong with a chart: the rules of `helm lint`, in their order and words.

mod chartfile;
mod crds;
mod dependencies;
mod deprecations;
mod documents;
mod names;
mod semver;
mod strict;
mod subject;
mod templates;
mod values;
mod web;

use std::fmt;

pub use self::subject::Subject;

use crate::error::ChartError;
use crate::template::Options;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Against what is recommended.
    Warning,
    /// The chart won't work.
    Error,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file or folder of the chart, or nothing.
    pub path: String,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        write!(formatter, "[{severity}] {}: {}", self.path, self.text)
    }
}

/// Checks a chart with all rules. Of the options, the release's name and revision mean nothing:
/// templates see `test-release`, neither installed nor upgraded.
///
/// # Errors
/// What has no `Chart.yaml` is no chart.
pub fn lint(subject: &Subject, options: &Options) -> Result<Vec<Finding>, ChartError> {
    subject.check()?;
    let mut report = Report::default();
    chartfile::check(subject, &mut report);
    values::check(subject, options, &mut report);
    templates::check(subject, options, &mut report);
    dependencies::check(subject, &mut report);
    crds::check(subject, &mut report);
    Ok(report.findings)
}

/// What the rules have found so far.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, severity: Severity, path: &str, text: impl Into<String>) {
        self.findings.push(Finding {
            severity,
            path: path.to_owned(),
            text: text.into(),
        });
    }

    fn info(&mut self, path: &str, text: impl Into<String>) {
        self.add(Severity::Info, path, text);
    }

    fn warning(&mut self, path: &str, text: impl Into<String>) {
        self.add(Severity::Warning, path, text);
    }

    fn error(&mut self, path: &str, text: impl Into<String>) {
        self.add(Severity::Error, path, text);
    }
}
