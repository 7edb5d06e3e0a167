//! Known values as keys of hash tables.

use std::hash::{Hash, Hasher};

use trueup_value::Value;

/// A known value as a key of hash tables: equal if the values are equal.
#[derive(PartialEq)]
pub(super) struct Known<'a>(pub(super) &'a Value);

impl Eq for Known<'_> {}

impl Hash for Known<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Value::Null(_) | Value::Unknown(_) => 0.hash(state),
            Value::Bool(value) => value.hash(state),
            Value::Number(number) => number.hash(state),
            Value::String(text) => text.hash(state),
            Value::Marked(marked) => Known(&marked.1).hash(state),
            value => {
                value.length().hash(state);
                value
                    .values()
                    .for_each(|element| Known(element).hash(state));
            }
        }
    }
}
