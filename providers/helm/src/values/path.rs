//! Paths through values.

use std::{borrow::Borrow, fmt};

use serde_json::Value;
pub use trueup_helm_template::value::Step;

/// Where a value stands: keys and indices from the top of the values. Printed as the user would
/// write it, `a.b[0]."c.d"`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValuePath(pub Vec<Step>);

impl ValuePath {
    /// The path of keys written with dots between them.
    #[must_use]
    pub fn dotted(text: &str) -> Self {
        let keys = text.split('.').filter(|key| !key.is_empty());
        Self(keys.map(|key| Step::Key(key.into())).collect())
    }

    /// The path one step below.
    #[must_use]
    pub fn child(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// The path of the key `key` below.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.child(Step::Key(key.into()))
    }

    /// The path without its last step; none of the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, before) = self.0.split_last()?;
        Some(Self(before.to_vec()))
    }

    /// The first `length` steps.
    #[must_use]
    pub fn head(&self, length: usize) -> Self {
        Self(self.0.iter().take(length).cloned().collect())
    }

    /// The steps of all places above, the top first, and of this one.
    pub(crate) fn heads(&self) -> impl DoubleEndedIterator<Item = &[Step]> {
        (0..=self.0.len()).filter_map(|length| self.0.get(..length))
    }

    /// Whether `other` is this place or below it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The value there.
    #[must_use]
    pub fn find<'a>(&self, values: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(values, |value, step| match step {
            Step::Key(key) => value.get(key.as_str()?),
            Step::Index(index) => value.get(index),
        })
    }
}

impl Borrow<[Step]> for ValuePath {
    fn borrow(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if index == 0 { "" } else { "." };
                    let key = key.to_str();
                    if key.is_empty() || key.contains(['.', '[', ']', '"', ' ']) {
                        write!(formatter, "{dot}{key:?}")?;
                    } else {
                        write!(formatter, "{dot}{key}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The leaves of values: scalars, empty maps and lists, and lists that hold no maps or lists.
/// Below what nests deeper than values files can there are none.
pub(crate) fn leaves(values: &Value, path: &ValuePath, into: &mut Vec<ValuePath>) {
    let deep = path.0.len() > 256;
    match values {
        Value::Object(map) if !map.is_empty() && !deep => {
            for (key, value) in map {
                leaves(value, &path.key(key), into);
            }
        }
        Value::Array(items) if items.iter().any(is_container) && !deep => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &path.child(Step::Index(index)), into);
            }
        }
        _ => into.push(path.clone()),
    }
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}
