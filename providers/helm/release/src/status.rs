//! What became of a revision.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is what the cluster should have.
    Deployed,
    /// It was taken out, and its history kept.
    Uninstalled,
    /// A later revision took its place.
    Superseded,
    /// It could not be brought to the cluster.
    Failed,
    /// It is being taken out.
    Uninstalling,
    /// It is being installed.
    PendingInstall,
    /// It is being brought over an earlier one.
    PendingUpgrade,
    /// It is being brought back.
    PendingRollback,
    /// Nobody knows.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Status {
    /// Helm's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Deployed => "deployed",
            Status::Uninstalled => "uninstalled",
            Status::Superseded => "superseded",
            Status::Failed => "failed",
            Status::Uninstalling => "uninstalling",
            Status::PendingInstall => "pending-install",
            Status::PendingUpgrade => "pending-upgrade",
            Status::PendingRollback => "pending-rollback",
        }
    }

    /// Whether somebody is at work on it, or was when it died.
    #[must_use]
    pub fn is_pending(self) -> bool {
        matches!(
            self,
            Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback
        )
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
