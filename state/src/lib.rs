//! What is known of the world between two runs.
//!
//! The [`Snapshot`] is Terraform's state file, format version 4, read and
//! written byte for byte as Terraform does.

mod durable;
pub mod journal;
mod local;
pub mod snapshot;

pub use local::{LocalError, StateFile};
pub use snapshot::Snapshot;
