//! Policy documents: what they mean, whether they are right, and what changed.
//!
//! Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod actions;
mod diff;
mod equivalence;
mod grammar;
pub(crate) mod json;
mod parts;

pub use diff::{StatementChange, changes};
pub use equivalence::equivalent;
pub use grammar::{Finding, PolicyKind, check, judge};
pub(crate) use parts::parts;
