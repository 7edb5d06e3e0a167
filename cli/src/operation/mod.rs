//! A run from the flags to the state that is written: load, lock, plan, ask,
//! apply, write, unlock.

mod approval;
mod counts;
mod flags;
mod progress;
mod recovery;
pub(crate) mod review;
mod run;
pub(crate) mod save;
pub(crate) mod saved;
pub(crate) mod sources;
pub(crate) mod stream;
pub(crate) mod view;

pub(crate) use approval::{Approval, approve};
pub(crate) use counts::Applied;
pub(crate) use flags::{Command, InputFlag, ParallelismFlag, PlanFlags, RunFlags, refuse};
pub(crate) use review::AllowArgs;
pub(crate) use run::{Opening, Run};
