//! Evaluation of expressions and templates, and the function library.
//!
//! Nothing here reads the environment, the clock or a file by itself: a
//! context passed in says what a function may reach.

mod call;
pub mod context;
pub mod function;
pub mod functions;
mod refine;
