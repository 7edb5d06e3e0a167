//! Integration tests of the language.

mod functions;
