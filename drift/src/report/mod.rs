//! What a check of a stack has found: plain data, to be printed, sent, kept, and
//! read back. Values that are sensitive are not in it.

mod fingerprint;
mod object;
mod path;
mod wire;

use serde::{Deserialize, Serialize};

pub use self::{
    fingerprint::Fingerprint,
    object::{Culprit, Fate, Field, Object, Part},
    path::{FieldPath, Step},
};

/// The version of the format reports are written in.
pub const FORMAT_VERSION: &str = "1.0";

/// What was found in one stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "wire::Stack", into = "wire::Stack")]
pub struct Report {
    /// The stack, as whoever asked for the check named it.
    pub folder: String,
    /// What became of the check.
    pub outcome: Outcome,
    /// What has drifted, too, and is meant to be ignored.
    pub ignored: Vec<Ignored>,
    /// What is to be said about the rules that ignore.
    pub notices: Vec<Problem>,
}

/// What became of checking a stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing has drifted, or nothing that is not ignored.
    Clean,
    /// Some objects have; there is at least one.
    Drifted(Vec<Object>),
    /// It could not be checked; there is at least one reason.
    Failed(Vec<Problem>),
}

/// Something that went wrong or should be known, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What, in a line.
    pub summary: String,
    /// More about it; may be empty.
    #[serde(default)]
    pub detail: String,
}

/// What has drifted and is ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ignored {
    /// Where the rule stands that ignores it: file and line.
    pub rule: String,
    /// Why it is ignored.
    pub reason: String,
    /// The object with what the rule ignores of it.
    pub object: Object,
}

/// Reports of many stacks, as they are printed for programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`FORMAT_VERSION`] of whoever wrote it.
    pub format_version: String,
    /// The stacks in the order they were asked for.
    pub stacks: Vec<Report>,
}

impl Outcome {
    /// What these objects make of a check.
    pub fn of(objects: Vec<Object>) -> Self {
        match objects.is_empty() {
            true => Outcome::Clean,
            false => Outcome::Drifted(objects),
        }
    }

    /// The word for it: `clean`, `drifted` or `failed`.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Clean => "clean",
            Outcome::Drifted(_) => "drifted",
            Outcome::Failed(_) => "failed",
        }
    }
}

impl Report {
    /// A report of which nothing is ignored.
    pub fn new(folder: impl Into<String>, outcome: Outcome) -> Self {
        Report {
            folder: folder.into(),
            outcome,
            ignored: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Whether it was checked and nothing has drifted.
    pub fn is_clean(&self) -> bool {
        matches!(self.outcome, Outcome::Clean)
    }

    /// The objects that have drifted and are not ignored.
    pub fn objects(&self) -> &[Object] {
        match &self.outcome {
            Outcome::Drifted(objects) => objects,
            Outcome::Clean | Outcome::Failed(_) => &[],
        }
    }

    /// Why it could not be checked.
    pub fn problems(&self) -> &[Problem] {
        match &self.outcome {
            Outcome::Failed(problems) => problems,
            Outcome::Clean | Outcome::Drifted(_) => &[],
        }
    }
}

impl Document {
    /// These reports.
    pub fn new(stacks: Vec<Report>) -> Self {
        Document {
            format_version: FORMAT_VERSION.to_owned(),
            stacks,
        }
    }
}

#[cfg(test)]
mod tests;
