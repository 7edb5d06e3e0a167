//! The language of text/template: tokens, tree, parser.

pub(crate) mod ast;
mod display;
mod lexer;
mod number;
mod parser;
mod token;

pub(crate) use display::Show;
pub use parser::Parsed;
pub(crate) use parser::parse;
