//! The state as files.

mod snapshot;
