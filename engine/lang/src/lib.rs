//! Evaluation of expressions and templates, and the function library.
//!
//! Nothing here reads the environment, the clock or a file by itself: a
//! context passed in says what a function may reach.

pub mod block;
mod call;
pub mod context;
mod eval;
pub mod function;
pub mod functions;
mod mismatch;
mod notes;
mod redact;
mod references;
mod scope;
mod templating;

pub use eval::{evaluate, get_attr, index, start_span};
pub use notes::{Cause, notes, summary as value_summary};
pub use references::references;
pub use scope::{Limits, ProviderNames, Resolution, Scope, Variables};
pub use templating::{NoTemplates, Templating};
