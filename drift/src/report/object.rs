//! An object that has drifted, and what of it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::FieldPath;

/// Whether something is another than it was, not there any more, or new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is another than it was.
    Changed,
    /// It is not there any more.
    Deleted,
    /// It was not there.
    Added,
}

/// An object that has drifted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// The resource instance, as it is written in the configuration.
    pub address: String,
    /// Its resource type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What became of it.
    #[serde(rename = "change")]
    pub fate: Fate,
    /// The attributes that differ; none if it is gone.
    pub fields: Vec<Field>,
    /// What it is made of, as far as that has drifted.
    pub parts: Vec<Part>,
    /// Who did it, as far as the platform knows.
    pub changed_by: Vec<Culprit>,
}

/// A field that is another than it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Where it is in its object.
    pub path: FieldPath,
    /// What it was; null if it was not there. What is sensitive in it is null.
    pub before: Json,
    /// What it is; null if it is not there any more. What is sensitive in it is
    /// null.
    pub after: Json,
    /// Whether something in it must not be shown.
    pub sensitive: bool,
}

/// A part of an object that has drifted: an object of a release, say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What kind of part: `Deployment`, say.
    pub kind: String,
    /// Its name within the whole.
    pub name: String,
    /// What became of it.
    #[serde(rename = "change")]
    pub fate: Fate,
    /// The fields that differ; none if it is gone or new.
    pub fields: Vec<Field>,
    /// What else there is to say about it.
    pub notes: Vec<String>,
}

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Culprit {
    /// What was changed; empty for the object as a whole.
    pub path: FieldPath,
    /// Who did it: a user, a role, a field manager.
    pub who: String,
    /// When, RFC 3339.
    pub when: Option<String>,
    /// With what: a program, an operation of an API.
    pub how: Option<String>,
}

impl Fate {
    /// The word for it: `changed`, `deleted` or `added`.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Changed => "changed",
            Fate::Deleted => "deleted",
            Fate::Added => "added",
        }
    }
}

impl std::fmt::Display for Culprit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.who)?;
        if let Some(how) = &self.how {
            write!(f, ", {how}")?;
        }
        if let Some(when) = &self.when {
            write!(f, ", at {when}")?;
        }
        Ok(())
    }
}
