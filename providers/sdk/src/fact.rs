//! What a provider knows of a planned object and no attribute says.

use trueup_value::{Path, Str, Value};

/// Something known of an object, for those who judge a plan as a whole: an
/// object in a cluster that a release will have, whether it changes or not, or
/// a value that has no effect.
///
/// Facts are neither shown nor stored. In their values what is secret must be
/// marked as sensitive, and what is not known yet must be unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What kind of thing it is: one word, such as `object` or `chart`.
    pub kind: Str,
    /// Which of those.
    pub name: Str,
    /// The thing itself.
    pub value: Value,
    /// The attribute it comes from; empty for the whole object.
    pub path: Path,
}

impl Fact {
    /// A fact about the whole object.
    pub fn new(kind: impl Into<Str>, name: impl Into<Str>, value: Value) -> Self {
        Fact {
            kind: kind.into(),
            name: name.into(),
            value,
            path: Path::new(),
        }
    }
}
