//! Where a field is in its object.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// The way to a field, written as a list of names and numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldPath(pub Vec<Step>);

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// An element of a list, counted from 0.
    Index(u64),
    /// An attribute, or an element of a map.
    Name(String),
}

impl FieldPath {
    /// The way by these names.
    pub fn of_names(names: &[&str]) -> Self {
        let steps = names.iter().map(|name| Step::Name((*name).to_owned()));
        FieldPath(steps.collect())
    }

    /// Whether it leads to the object as a whole.
    pub fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` is this field or within it.
    pub fn leads_to(&self, other: &FieldPath) -> bool {
        other.0.starts_with(&self.0)
    }
}

/// As it is written in a configuration: `spec[0].labels["app.kubernetes.io/name"]`.
impl Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) if !is_identifier(name) => write!(f, "[{name:?}]")?,
                Step::Name(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let first = |c: char| c.is_alphabetic() || c == '_';
    let rest = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    chars.next().is_some_and(first) && chars.all(rest)
}
