//! Where states are kept.

use std::path::PathBuf;

use crate::{
    LocalError, Snapshot,
    disk::Disk,
    journal::{JournalError, ReconcileError},
    lock::{LockError, LockInfo},
};

/// The workspace that always exists.
pub const DEFAULT_WORKSPACE: &str = "default";

/// Why a backend did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// Of the local backend.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// Of the journal beside a state.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A journal that does not fit the state it lies beside.
    #[error("the journal {} cannot be used: {source}", path.display())]
    Reconcile {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: ReconcileError,
    },
    /// The default workspace cannot be deleted.
    #[error("cannot delete default state")]
    DefaultWorkspace,
}

/// A place for the states of a configuration, one for each workspace.
pub trait Backend {
    /// The workspaces there are: `default` first, the others by name.
    ///
    /// # Errors
    /// [`BackendError`]
    fn workspaces(&self) -> Result<Vec<String>, BackendError>;

    /// The state of a workspace; a workspace that does not exist has none yet.
    fn state(&self, workspace: &str) -> Box<dyn StateStore>;

    /// Makes a workspace, empty.
    ///
    /// # Errors
    /// [`BackendError`]
    fn create_workspace(&self, workspace: &str) -> Result<(), BackendError>;

    /// Deletes a workspace and its state.
    ///
    /// # Errors
    /// [`BackendError::DefaultWorkspace`], or what the place answers.
    fn delete_workspace(&self, workspace: &str) -> Result<(), BackendError>;
}

/// The state of one workspace.
pub trait StateStore {
    /// Reads the state; `None` if there is none.
    ///
    /// # Errors
    /// [`BackendError`], also if what is there cannot be used. It is left as
    /// it is then.
    fn read(&self) -> Result<Option<Snapshot>, BackendError>;

    /// Replaces the state, keeping `previous` as a backup if it differs.
    ///
    /// # Errors
    /// [`BackendError`]; the old state is there then.
    fn write(
        &mut self,
        snapshot: &Snapshot,
        previous: Option<&Snapshot>,
    ) -> Result<(), BackendError>;

    /// Where the journal of a run lies.
    fn journal_path(&self) -> PathBuf;

    /// Where files are changed.
    fn disk(&self) -> &Disk;

    /// Makes sure that the place that is written holds `previous`, which was
    /// read.
    ///
    /// # Errors
    /// [`BackendError`]
    fn settle(&mut self, previous: Option<&Snapshot>) -> Result<(), BackendError>;

    /// Locks the state without waiting, until it is unlocked or dropped.
    ///
    /// # Errors
    /// [`LockError`]
    fn lock(&mut self, info: &LockInfo) -> Result<(), LockError>;

    /// Gives the lock back, if it is held.
    ///
    /// # Errors
    /// [`LockError`]
    fn unlock(&mut self) -> Result<(), LockError>;
}
