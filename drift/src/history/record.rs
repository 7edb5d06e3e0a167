//! What a line of the history says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::{
    notify::{Change, Notice, Standing},
    report::{Outcome, Report},
};

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// What the lines that follow are to be read as.
    Format(u32),
    /// A stack was checked; with it, everything that follows from that.
    Checked(Box<Checked>),
    /// A message has arrived.
    Delivered(Receipt),
    /// A message is not sent any more.
    Abandoned(Receipt),
    /// A message that is still to be sent.
    Pending(Box<Notice>),
}

/// A check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// The stack.
    pub stack: String,
    /// When it began.
    #[serde(with = "moment")]
    pub began: Timestamp,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// What came of it.
    pub verdict: Verdict,
    /// How many objects have drifted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub drifted: usize,
    /// What was found, unless that is what was found before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// What is known to those who are told, unless that is as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// What is another than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The messages that tell of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// What came of a check, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing has drifted.
    Clean,
    /// Something has.
    Drifted,
    /// Nobody knows.
    Failed,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The key of the message.
    pub key: String,
}

impl Verdict {
    /// The verdict of a report.
    pub fn of(report: &Report) -> Self {
        match report.outcome {
            Outcome::Clean => Verdict::Clean,
            Outcome::Drifted(_) => Verdict::Drifted,
            Outcome::Failed(_) => Verdict::Failed,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Drifted => "drifted",
            Verdict::Failed => "failed",
        }
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
