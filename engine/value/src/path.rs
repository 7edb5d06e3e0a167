//! Where in a value something is.

use std::fmt;

use crate::{Str, Value, quote};

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq)]
pub enum PathStep {
    /// An attribute of an object.
    Attr(Str),
    /// An element: by number, by key, or, in a set, by itself.
    Index(Value),
}

/// The steps from a value to something in it.
///
/// Displayed as in messages: `.a[0]["k"]`; an element of a set is `[...]`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Path(Vec<PathStep>);

impl Path {
    /// The path of the value itself.
    pub fn new() -> Path {
        Path::default()
    }

    /// The steps.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Whether it leads nowhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a step.
    pub fn push(&mut self, step: PathStep) {
        self.0.push(step);
    }

    /// Takes the last step off.
    pub fn pop(&mut self) -> Option<PathStep> {
        self.0.pop()
    }

    /// This path and a step to an attribute.
    pub fn attr(mut self, name: impl Into<Str>) -> Path {
        self.0.push(PathStep::Attr(name.into()));
        self
    }

    /// This path and a step to an element.
    pub fn index(mut self, key: Value) -> Path {
        self.0.push(PathStep::Index(key));
        self
    }

    /// Whether `prefix` are the first steps of it.
    pub fn starts_with(&self, prefix: &Path) -> bool {
        self.0.starts_with(&prefix.0)
    }
}

impl From<Vec<PathStep>> for Path {
    fn from(steps: Vec<PathStep>) -> Path {
        Path(steps)
    }
}

impl FromIterator<PathStep> for Path {
    fn from_iter<I: IntoIterator<Item = PathStep>>(steps: I) -> Path {
        Path(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathStep::Attr(name) => write!(f, ".{name}"),
            PathStep::Index(Value::Null(_)) => f.write_str("[null]"),
            PathStep::Index(Value::Unknown(_)) => f.write_str("[(not yet known)]"),
            PathStep::Index(Value::Number(number)) => write!(f, "[{number}]"),
            PathStep::Index(Value::String(key)) => write!(f, "[{}]", quote(key)),
            PathStep::Index(_) => f.write_str("[...]"),
        }
    }
}
