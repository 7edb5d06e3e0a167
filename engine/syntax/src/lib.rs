//! Source text, spans, diagnostics, the syntax tree and the formatter.
//!
//! Parsing never fails as a whole: it returns a tree and all the diagnostics
//! of the file. Nothing here evaluates anything.

pub mod ast;
pub mod body;
mod diagnostic;
pub mod fmt;
mod grapheme;
pub mod json;
pub mod parse;
pub mod render;
mod source;
pub mod suggest;
pub mod token;
mod views;

pub use diagnostic::{Diagnostic, Diagnostics, FailedCall, Note, Severity, Signature};
pub use source::{FileId, Position, SourceFile, SourceMap, Span};
pub use suggest::similar_name;
pub use token::{Token, TokenKind};
