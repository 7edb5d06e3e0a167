//! A cluster as this crate and others use it: objects are applied with field
//! ownership, compared with what applying would make of them, and waited for.

mod adopt;
mod batch;
mod capabilities;
mod cluster;
mod conflict;
mod connect;
mod definition;
mod diff;
mod discovery;
mod eks;
mod error;
mod expiry;
pub mod fields;
mod foreseen;
mod last;
pub mod mask;
mod nodes;
mod object;
mod pool;
mod readiness;
mod retry;
mod settings;
mod status;
mod transport;
mod wait;
mod write;

pub use adopt::{DryRun, PREDECESSORS};
pub use batch::Reading;
pub use capabilities::Offer;
pub use cluster::{Cluster, Deletion, Manager, Selectors};
pub use conflict::Conflict;
pub use definition::Definition;
pub use diff::{Change, changes, in_sync, overlay, owned_part};
pub use discovery::Resource;
pub use eks::{EksAccess, EksEndpoint};
pub use error::{Action, Cause, ClusterError, Complaint};
pub use foreseen::Foreseen;
pub use nodes::chooses_nodes;
pub use object::{Kind, ObjectRef};
pub use pool::Connections;
pub use readiness::{Readiness, condition, readiness};
pub use settings::{EksCluster, Exec, Settings};
pub(crate) use wait::Pauses;
pub use wait::WEBHOOK_PATIENCE;
pub use write::ObjectPatch;
