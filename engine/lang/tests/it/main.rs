//! Integration tests of the language.

mod blocks;
mod expressions;
mod functions;
mod robustness;
mod signatures;
