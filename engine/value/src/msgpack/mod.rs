//! Values in MessagePack, as plan files and provider protocols have them.
//!
//! Unknown values are extensions: number 0 without anything known, number 12
//! with refinements. Where the type is [`Type::Dynamic`](crate::Type::Dynamic) a value is preceded
//! by its type.

mod decode;
mod encode;
mod reader;
mod unknown;
mod writer;

pub use decode::decode;
pub use encode::encode;

use crate::Path;

/// Why a value could not be written or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct MsgpackError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong, in the language's words.
    pub message: String,
}

impl MsgpackError {
    fn new(path: &Path, message: impl Into<String>) -> MsgpackError {
        MsgpackError {
            path: path.clone(),
            message: message.into(),
        }
    }
}

/// The extension of a refined unknown value.
const REFINED: i8 = 12;

/// What a refinement says.
mod key {
    pub(super) const NULLNESS: i64 = 1;
    pub(super) const PREFIX: i64 = 2;
    pub(super) const MIN: i64 = 3;
    pub(super) const MAX: i64 = 4;
    pub(super) const MIN_LENGTH: i64 = 5;
    pub(super) const MAX_LENGTH: i64 = 6;
}
