//! Source text, spans, diagnostics, the syntax tree and the formatter.
//!
//! Parsing never fails as a whole: it returns a tree and all the diagnostics
//! of the file. Nothing here evaluates anything.

pub mod ast;
mod diagnostic;
pub mod fmt;
mod grapheme;
pub mod parse;
pub mod render;
mod source;
pub mod suggest;
pub mod token;

pub use diagnostic::{Diagnostic, Diagnostics, FailedCall, Note, Severity, Signature};
pub use source::{FileId, Position, SourceFile, SourceMap, Span};
pub use token::{Token, TokenKind};
