//! Values and types as JSON, as states, plans and provider schemas have them.
//!
//! A value is written for a type: where that is [`Type::Dynamic`](crate::Type::Dynamic) the value
//! becomes `{"value": …, "type": …}`. Numbers keep all their digits.

mod decode;
mod encode;
mod implied;
mod layout;
mod node;
mod syntax;
mod types;

pub use decode::from_json;
pub use encode::{quote_json, to_json};
pub use implied::implied_type;
pub use layout::write_indented;
pub use types::{type_from_json, type_to_json};

use crate::{Path, Value};

/// Why a value could not be written or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong, in the language's words.
    pub message: String,
}

impl JsonError {
    fn new(path: &Path, message: impl Into<String>) -> JsonError {
        JsonError {
            path: path.clone(),
            message: message.into(),
        }
    }
}

/// Writes a value for its own type, so that there are no type wrappers.
pub fn to_json_simple(value: &Value) -> Result<String, JsonError> {
    encode::simple(value)
}

/// Reads JSON as the value of its [`implied_type`].
pub fn from_json_simple(json: impl AsRef<[u8]>) -> Result<Value, JsonError> {
    implied::read(json.as_ref())
}
