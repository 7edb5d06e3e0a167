//! What has become another than before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{
    history::moment,
    report::{Field, Object, Report},
};

/// Something that is another than those who are told know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What has happened.
    #[serde(rename = "change")]
    pub kind: ChangeKind,
    /// When it was found.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// The object; none if it is about the stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Which fields and parts it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// More about it, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// An object that was as it should be has drifted.
    Appeared,
    /// An object that had drifted has drifted otherwise.
    Changed,
    /// An object is as it should be again.
    Resolved,
    /// Something keeps rewriting fields; no more is told of them until it stops.
    Fight,
    /// Nothing rewrites the fields any more.
    Settled,
    /// The stack cannot be checked.
    Failing,
    /// It can be checked again.
    Recovered,
    /// An object was changed back.
    Repaired,
    /// It could not be changed back.
    RepairFailed,
}

/// One thing that can drift: a field, or an object or part as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// The object.
    pub address: String,
    /// The field or part; empty for the object as a whole.
    pub field: String,
}

impl ChangeKind {
    /// How people are told of it, before the name of the object or the stack.
    pub fn phrase(self) -> &'static str {
        match self {
            ChangeKind::Appeared => "drifted",
            ChangeKind::Changed => "drifted otherwise",
            ChangeKind::Resolved => "is as it should be again",
            ChangeKind::Fight => "is rewritten again and again",
            ChangeKind::Settled => "is not rewritten any more",
            ChangeKind::Failing => "cannot be checked",
            ChangeKind::Recovered => "can be checked again",
            ChangeKind::Repaired => "was repaired",
            ChangeKind::RepairFailed => "was not repaired",
        }
    }

    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            ChangeKind::Appeared => "appeared",
            ChangeKind::Changed => "changed",
            ChangeKind::Resolved => "resolved",
            ChangeKind::Fight => "fight",
            ChangeKind::Settled => "settled",
            ChangeKind::Failing => "failing",
            ChangeKind::Recovered => "recovered",
            ChangeKind::Repaired => "repaired",
            ChangeKind::RepairFailed => "repair_failed",
        }
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let about = self.address.as_deref().unwrap_or("the stack");
        write!(f, "{about} {}", self.kind.phrase())?;
        if !self.fields.is_empty() {
            write!(f, ": {}", self.fields.join(", "))?;
        }
        let before = if self.fields.is_empty() { ":" } else { ";" };
        match self.detail.as_str() {
            "" => Ok(()),
            detail => write!(f, "{before} {detail}"),
        }
    }
}

/// Everything that has drifted, each with a digest of what it is now. Values that
/// are sensitive are not in a report, so they are not in a digest either.
pub(super) fn spots(report: &Report) -> BTreeMap<Spot, String> {
    report.objects().iter().flat_map(of_object).collect()
}

fn of_object(object: &Object) -> Vec<(Spot, String)> {
    let spot = |field: String, digest: String| {
        let address = object.address.clone();
        (Spot { address, field }, digest)
    };
    let field = |before: &str, field: &Field| {
        let path = field.path.to_string();
        spot(format!("{before}{path}"), digest(&field.after))
    };
    let mut spots: Vec<_> = object.fields.iter().map(|f| field("", f)).collect();
    for part in &object.parts {
        let name = format!("{} {}", part.kind, part.name);
        match part.fields.is_empty() {
            true => spots.push(spot(name, part.fate.word().to_owned())),
            false => {
                let prefix = format!("{name} ");
                spots.extend(part.fields.iter().map(|f| field(&prefix, f)));
            }
        }
    }
    if spots.is_empty() {
        spots.push(spot(String::new(), object.fate.word().to_owned()));
    }
    spots
}

fn digest(value: &Json) -> String {
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
