//! The document that webhooks are sent.

use jiff::Timestamp;
use serde_json::json;

use super::Change;
use crate::{history::Verdict, report::Report};

/// As the Standard Webhooks have it: `type`, `timestamp` and `data`.
pub(super) fn body(stack: &str, changes: &[Change], report: &Report, at: Timestamp) -> String {
    let document = json!({
        "type": "trueup.drift",
        "timestamp": at.to_string(),
        "data": {
            "stack": stack,
            "outcome": Verdict::of(report).word(),
            "changes": changes,
            "report": report,
        },
    });
    document.to_string()
}
