//! Messages, written down before they are sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Change, Standing, slack, webhook};
use crate::{
    config::{Protocol, Target},
    history::moment,
    report::Report,
};

/// A message for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What tells it from all others; the same however often it is sent.
    pub key: String,
    /// The name of the target it is for.
    pub target: String,
    /// The stack it is about.
    pub stack: String,
    /// When it was written.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// What is sent.
    pub body: String,
}

impl Standing {
    /// The messages that tell `targets` of `changes`. Their keys follow from what
    /// was told before and what is told now: whoever comes to the same conclusion
    /// once more, since this was not written down, writes the same keys.
    pub fn notices<'a>(
        &mut self,
        stack: &str,
        changes: &[Change],
        report: &Report,
        targets: impl IntoIterator<Item = &'a Target>,
    ) -> Vec<Notice> {
        let Some(at) = changes.first().map(|change| change.at) else {
            return Vec::new();
        };
        self.last_key = key(&[&self.last_key, stack, &outline(changes)]);
        let notice = |target: &Target| Notice {
            key: key(&[&self.last_key, &target.name]),
            target: target.name.clone(),
            stack: stack.to_owned(),
            at,
            body: match target.protocol {
                Protocol::Webhook => webhook::body(stack, changes, report, at),
                Protocol::Slack => slack::body(stack, changes, report),
            },
        };
        targets.into_iter().map(notice).collect()
    }
}

/// What is told, but not when.
fn outline(changes: &[Change]) -> String {
    let lines = changes.iter().map(|change| {
        let address = change.address.as_deref().unwrap_or_default();
        format!("{} {address} {:?}\n", change.kind.word(), change.fields)
    });
    lines.collect()
}

fn key(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part.as_bytes());
    }
    let bytes = digest.finalize();
    let hex = bytes.iter().take(12).map(|byte| format!("{byte:02x}"));
    format!("msg_{}", hex.collect::<String>())
}
