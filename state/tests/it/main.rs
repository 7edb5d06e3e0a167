//! The state as files.

mod local;
mod snapshot;
