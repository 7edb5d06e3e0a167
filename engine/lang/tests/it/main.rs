//! Integration tests of the language.

mod blocks;
mod expressions;
mod functions;
mod outlines;
mod robustness;
mod signatures;
