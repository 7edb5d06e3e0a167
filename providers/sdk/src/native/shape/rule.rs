//! Rules of an attribute.

use trueup_value::Value;

use crate::{Problem, native::Fields};

/// A change of one attribute.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What is configured.
    pub config: &'a Value,
    /// What the object has.
    pub prior: &'a Value,
    /// What it will have.
    pub planned: &'a Value,
}

#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// A number without a fraction, and not below this.
    Integer(i64),
    /// What is wrong with a value; its path is relative to the attribute.
    Check(fn(&Value, &str) -> Option<Problem>),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number in this range.
    Between(i64, i64),
    /// A text of so many characters.
    Length(usize, usize),
    /// It must not be given together with any of these.
    Conflicts(&'static [&'static str]),
    /// The value where nothing is configured.
    Default(Value),
    /// The value, made from the whole configuration.
    Derive(fn(&Fields) -> Value),
    /// What the object has stays where it would be decided anew.
    Keep,
    /// It is decided anew where one of these attributes changes.
    Renew(&'static [&'static str]),
    /// What is configured means what the object has, which stays then.
    Same(fn(&Value, &Value) -> bool),
    /// Whether a change needs a new object.
    Replace(fn(&Change<'_>) -> bool),
}
