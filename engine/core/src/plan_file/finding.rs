//! What a review of the plan has found.

use serde::{Deserialize, Serialize};
use trueup_syntax::{Note, Severity};
use trueup_value::Str;

use super::{
    PlanFileError,
    address::{self, StoredAddress},
    value::{Reader, StoredPath, Writer},
};
use crate::plan::{Finding, Ignored};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredFinding {
    rule: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    error: bool,
    address: StoredAddress,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    path: StoredPath,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    summary: String,
    detail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// Until when and why it is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ignored: Option<(String, String)>,
}

pub(super) fn write(
    findings: &[Finding],
    writer: &mut Writer,
) -> Result<Vec<StoredFinding>, PlanFileError> {
    let findings = findings.iter();
    findings.map(|finding| write_one(finding, writer)).collect()
}

fn write_one(finding: &Finding, writer: &mut Writer) -> Result<StoredFinding, PlanFileError> {
    let Finding {
        rule,
        severity,
        address,
        path,
        part,
        summary,
        detail,
        values,
        hint,
        ignored,
    } = finding;
    let values = values.iter();
    let values = values.map(|note| (note.traversal.clone(), note.statement.clone()));
    let ignored = ignored.as_ref();
    Ok(StoredFinding {
        rule: rule.to_string(),
        error: *severity == Severity::Error,
        address: address::instance(address),
        path: writer.path(path)?,
        part: part.clone(),
        summary: summary.clone(),
        detail: detail.clone(),
        values: values.collect(),
        hint: hint.clone(),
        ignored: ignored.map(|ignored| (ignored.until.clone(), ignored.reason.clone())),
    })
}

pub(super) fn read(
    stored: Vec<StoredFinding>,
    reader: &Reader,
) -> Result<Vec<Finding>, PlanFileError> {
    let stored = stored.into_iter();
    stored.map(|finding| read_one(finding, reader)).collect()
}

fn read_one(stored: StoredFinding, reader: &Reader) -> Result<Finding, PlanFileError> {
    let note = |(traversal, statement)| Note {
        traversal,
        statement,
    };
    let ignored = stored.ignored;
    Ok(Finding {
        rule: Str::from(stored.rule),
        severity: match stored.error {
            true => Severity::Error,
            false => Severity::Warning,
        },
        address: stored.address.read_instance()?,
        path: reader.path(&stored.path)?,
        part: stored.part,
        summary: stored.summary,
        detail: stored.detail,
        values: stored.values.into_iter().map(note).collect(),
        hint: stored.hint,
        ignored: ignored.map(|(until, reason)| Ignored { until, reason }),
    })
}
