//! Doing what was planned.
//!
//! Every action is planned once more with all values known, held against the
//! plan, recorded as an intent, done, and its outcome recorded.

mod change;
mod deferred;
mod destroy;
mod graph;
mod ledger;
mod mirror;
mod provision;
mod steps;
mod walk;

pub(crate) use change::without_unknown;
pub(crate) use provision::unsupported;
pub(crate) use steps::{Step, steps};
pub use walk::apply;
pub(crate) use walk::apply_with;
pub(crate) use walk::plain;
