//! Executing templates.

mod argument;
mod builtins;
mod call;
mod cell;
mod compare;
mod escape;
mod eval;
mod explore;
mod field;
mod output;
mod renderer;
mod state;
mod trace;
mod walk;

pub(crate) use builtins::is_builtin;
pub use renderer::{MissingKey, Options, Renderer};
