//! The state as files.

mod damage;
mod local;
#[cfg(unix)]
mod lock;
mod reconcile;
mod snapshot;
mod transition;
