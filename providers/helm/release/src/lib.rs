//! Releases as Helm stores them, and what is done with them in a cluster.
//!
//! A revision of a release is a [`Record`]; [`storage`] turns it into the
//! Secret that Helm reads and writes, and back. [`hooks`], [`order`] and
//! [`ownership`] are the rules by which Helm runs, sorts and claims objects;
//! [`history`] says which revisions go.
//!
//! Only [`operation`] talks to a cluster: it installs, upgrades, rolls back and
//! takes out releases, and looks at what would become and what became of them.

mod chart;
mod empty;
pub mod history;
pub mod hooks;
mod numbers;
pub mod operation;
pub mod order;
pub mod ownership;
mod record;
mod status;
pub mod storage;
mod time;

pub use chart::{
    StoredChart, StoredDependency, StoredFile, StoredLock, StoredMaintainer, StoredMetadata,
};
pub use record::{ApplyMethod, Execution, Info, Phase, Record, StoredHook};
pub use status::Status;
pub use time::Time;
