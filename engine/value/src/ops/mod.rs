//! The operators of the language.
//!
//! All of them take marked, unknown and refined operands: marks of the
//! operands are marks of the result, an unknown operand makes the result
//! unknown unless the others decide it, and what is certain about an unknown
//! operand is used. Operands are not converted: that is up to the caller.

mod arithmetic;
mod comparison;
mod equality;
mod index;
mod logic;

pub use arithmetic::{add, divide, modulo, multiply, negate, subtract};
pub(crate) use comparison::within;
pub use comparison::{greater_than, greater_than_or_equal, less_than, less_than_or_equal};
pub use equality::{equals, not_equals};
pub use index::{get_attr, has_index, index, length};
pub use logic::{and, not, or};

use crate::{Marks, Str, Type, Value};

/// Why an operation has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OpError {
    /// An operand is null.
    #[error("argument must not be null")]
    Null,
    /// An operand has the wrong type.
    #[error("{wanted} required, but received {got}")]
    WrongType {
        /// What it should be.
        wanted: &'static str,
        /// What it is.
        got: Type,
    },
    /// The result would be no number.
    #[error("can't compute sum of opposing infinities")]
    OpposingInfinities,
    /// The result would be no number.
    #[error("can't subtract infinity from itself")]
    InfinityFromItself,
    /// The result would be no number.
    #[error("can't multiply zero by infinity")]
    ZeroByInfinity,
    /// The result would be no number.
    #[error("can't divide zero by zero or infinity by infinity")]
    ZeroByZero,
    /// The result would be no number.
    #[error("can't use modulo with zero and infinity")]
    ModuloZeroAndInfinity,
    /// There is no such attribute.
    #[error("value has no attribute {name:?}")]
    NoAttribute {
        /// Its name.
        name: Str,
    },
    /// There is no element with the key.
    #[error("the given key does not identify an element in this collection value")]
    NoElement,
}

/// Takes the marks of the top level off.
fn unmarked<'a>(a: &'a Value, b: &'a Value) -> (&'a Value, &'a Value, Marks) {
    let ((a, x), (b, y)) = (a.unmarked(), b.unmarked());
    (a, b, x | y)
}

/// Checks that an operand has type `ty`, or none yet.
fn check(value: &Value, ty: &Type, wanted: &'static str) -> Result<(), OpError> {
    if value.is_null() {
        return Err(OpError::Null);
    }
    if value.is_type_dynamic() || value.has_type(ty) {
        return Ok(());
    }
    Err(OpError::WrongType {
        wanted,
        got: value.ty(),
    })
}

/// Unknown, but not null.
fn unknown(ty: Type) -> Value {
    Value::unknown(ty).refine_not_null()
}
