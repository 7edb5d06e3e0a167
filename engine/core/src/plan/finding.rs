//! What a review of the whole plan has found.

use serde_json::{Map, Value as Json, json};
use trueup_syntax::{Note, Severity};
use trueup_value::{Path, Str};

use super::json::path_json;
use crate::address::AbsResourceInstance;

/// A mistake that shows only when a plan is seen as a whole.
///
/// The engine doesn't look for them; whoever does puts them into the plan, so
/// that they are saved and shown with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The ID of the rule that is broken.
    pub rule: Str,
    /// Whether the plan must not be applied unless the rule is allowed to be
    /// broken.
    pub severity: Severity,
    /// The object it is about; of a block as a whole, without a key.
    pub address: AbsResourceInstance,
    /// The attribute; empty for the whole object.
    pub path: Path,
    /// Which part of the object, such as `Service logs/loki` of a release.
    pub part: Option<String>,
    /// One line without a period.
    pub summary: String,
    /// Full sentences; never a sensitive value.
    pub detail: String,
    /// What took part. Never a sensitive value.
    pub values: Vec<Note>,
    /// The next step.
    pub hint: Option<String>,
    /// The configuration says that it is to be ignored.
    pub ignored: Option<Ignored>,
}

/// How long and why a finding is to be ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The last day, `2027-01-31`.
    pub until: String,
    /// Why.
    pub reason: String,
}

impl Finding {
    /// Whether applying is refused for it.
    pub fn refuses(&self) -> bool {
        self.severity == Severity::Error && self.ignored.is_none()
    }

    /// As plan documents have it.
    pub fn json(&self) -> Map<String, Json> {
        let mut shown = Map::new();
        shown.insert("rule".into(), json!(self.rule.as_str()));
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        shown.insert("severity".into(), json!(severity));
        shown.insert("address".into(), json!(self.address.to_string()));
        shown.insert("path".into(), path_json(&self.path));
        if let Some(part) = &self.part {
            shown.insert("part".into(), json!(part));
        }
        shown.insert("summary".into(), json!(self.summary));
        shown.insert("detail".into(), json!(self.detail));
        let values = self.values.iter();
        let values =
            values.map(|note| json!({ "traversal": note.traversal, "statement": note.statement }));
        shown.insert("values".into(), values.collect());
        if let Some(hint) = &self.hint {
            shown.insert("hint".into(), json!(hint));
        }
        if let Some(Ignored { until, reason }) = &self.ignored {
            let ignored = json!({ "until": until, "reason": reason });
            shown.insert("ignored".into(), ignored);
        }
        shown
    }
}
