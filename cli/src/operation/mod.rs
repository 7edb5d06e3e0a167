//! A run from the flags to the state that is written: load, lock, plan, ask,
//! apply, write, unlock.

mod flags;
mod run;

pub(crate) use flags::{OperationFlags, PlanFlags};
pub(crate) use run::Run;
