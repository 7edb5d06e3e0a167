//! Values as the evaluator holds them.

use crate::value::{Type, Value};

/// A value, and whether it lies in a slot of type `interface {}`: an element
/// of a `map[string]interface {}`, say. Go tells the two apart in messages,
/// and nil in such a slot (an error to look into) from no value at all.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) boxed: bool,
}

impl Cell {
    /// No value: what a missing key of a nil map is.
    pub(super) const NONE: Cell = Cell {
        value: Value::NIL,
        boxed: false,
    };

    pub(super) fn plain(value: impl Into<Value>) -> Self {
        Cell {
            value: value.into(),
            boxed: false,
        }
    }

    /// An element of a container with elements of type `slot`.
    pub(super) fn element(value: Value, slot: Type) -> Self {
        Cell {
            value,
            boxed: slot == Type::Any,
        }
    }

    /// What a function returned.
    pub(super) fn result(value: Value) -> Self {
        Cell {
            boxed: value.is_nil(),
            value,
        }
    }

    /// The value itself, the slot forgotten.
    pub(super) fn unboxed(mut self) -> Self {
        self.boxed = false;
        self
    }

    /// Whether there is no value, not even nil in a slot.
    pub(super) fn is_none(&self) -> bool {
        self.value.is_nil() && !self.boxed
    }

    /// The static type, as messages name it.
    pub(super) fn type_name(&self) -> String {
        match self.value.ty() {
            Some(ty) if !self.boxed => ty.to_string(),
            _ => Type::Any.to_string(),
        }
    }
}
