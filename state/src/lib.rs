//! What is known of the world between two runs.
//!
//! The [`Snapshot`] is Terraform's state file, format version 4, read and
//! written byte for byte as Terraform does. A [`Backend`] keeps one for each
//! workspace and locks it for the time of a run.

pub mod backend;
pub mod disk;
pub mod journal;
mod local;
mod local_backend;
pub mod lock;
pub mod snapshot;
mod transition;

pub use backend::{Backend, BackendError, DEFAULT_WORKSPACE, StateStore};
pub use local::{LocalError, StateFile};
pub use local_backend::{LocalBackend, LocalState};
pub use lock::{LockError, LockInfo};
pub use snapshot::Snapshot;
pub use transition::ImportError;
