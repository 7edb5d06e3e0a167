//! Integration tests of the language.

mod expressions;
mod functions;
