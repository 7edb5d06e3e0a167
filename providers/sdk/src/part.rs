//! What an object is made of, where its attributes do not show it.

use trueup_value::{Str, Value};

/// A change of a part of an object: of an object in a cluster that belongs to
/// a release, say, or of a statement of a policy.
///
/// Parts are shown beside the attributes and have no other meaning: nothing
/// refers to them, and they are in no state. In their values what is secret
/// must be marked as sensitive, and what is not known yet must be unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct PartChange {
    /// What kind of thing it is: one word, such as `object` or `statement`.
    pub kind: Str,
    /// Which of those.
    pub name: Str,
    /// The part as it is; null if there is none.
    pub before: Value,
    /// The part as it will be; null if there will be none.
    pub after: Value,
    /// It is destroyed and another made in its place.
    pub replaced: bool,
    /// What else there is to say, a line each: why, since when, by whom.
    pub notes: Vec<String>,
}

impl PartChange {
    /// A part that becomes another, without notes.
    pub fn new(
        kind: impl Into<Str>,
        name: impl Into<Str>,
        (before, after): (Value, Value),
    ) -> Self {
        PartChange {
            kind: kind.into(),
            name: name.into(),
            before,
            after,
            replaced: false,
            notes: Vec::new(),
        }
    }
}
