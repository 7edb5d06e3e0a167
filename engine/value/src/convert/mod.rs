//! Conversion between types.
//!
//! A conversion is *safe* if it works for every value of its source type, as
//! number to string does; the others depend on the value. Unknown and null
//! values are converted too, marks and refinements stay.

mod defaults;
mod mismatch;
mod plan;
mod replace;
mod run;
mod sort;
mod unify;

pub use defaults::Defaults;
pub use mismatch::mismatch_message;
pub use unify::{unify, unify_unsafe, unify_values};

use crate::{Path, Type, Value};
use plan::Plan;

/// Which conversions are considered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Only those that cannot fail.
    Safe,
    /// All of them.
    Unsafe,
}

/// Why a value cannot be converted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ConvertError {
    /// Where in the value.
    pub path: Path,
    /// What is required, in the language's words.
    pub message: String,
}

impl ConvertError {
    fn new(path: &Path, message: impl Into<String>) -> ConvertError {
        ConvertError {
            path: path.clone(),
            message: message.into(),
        }
    }
}

/// Converts to `wanted`, in which [`Type::Dynamic`] means any type.
pub fn convert(value: &Value, wanted: &Type) -> Result<Value, ConvertError> {
    convert_at(value, wanted, &mut Path::new())
}

/// Whether values of type `from` can be converted to `to`.
pub fn can_convert(from: &Type, to: &Type, safety: Safety) -> bool {
    from == to || Plan::new(from, to, safety).is_some()
}

fn convert_at(value: &Value, wanted: &Type, path: &mut Path) -> Result<Value, ConvertError> {
    if *wanted == Type::Dynamic {
        return Ok(value.clone());
    }
    if wanted.has_optional() {
        if value.has_type(&wanted.without_optional()) {
            return Ok(value.clone());
        }
    } else if value.has_type(wanted) {
        return Ok(value.clone());
    }
    let ty = value.ty();
    match Plan::new(&ty, wanted, Safety::Unsafe) {
        Some(plan) => plan.run(value, path),
        None => Err(ConvertError::new(path, mismatch_message(&ty, wanted))),
    }
}
