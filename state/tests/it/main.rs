//! The state as files.

mod local;
#[cfg(unix)]
mod lock;
mod snapshot;
mod transition;
