//! Which revisions there are, and which go.

use crate::Status;

/// A revision by number and state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub version: u64,
    /// Its state.
    pub status: Status,
}

/// The revision that is deployed: the latest of several.
#[must_use]
pub fn deployed(history: &[Revision]) -> Option<Revision> {
    let deployed = history.iter().filter(|one| one.status == Status::Deployed);
    deployed.copied().max_by_key(|one| one.version)
}

/// The latest revision.
#[must_use]
pub fn last(history: &[Revision]) -> Option<Revision> {
    history.iter().copied().max_by_key(|one| one.version)
}

/// The revisions to delete before one more is stored, so that no more than
/// `limit` stay; the deployed one stays whatever its age. 0 is no limit.
#[must_use]
pub fn to_delete(history: &[Revision], limit: usize) -> Vec<u64> {
    let Some(kept) = limit.checked_sub(1) else {
        return Vec::new();
    };
    let deployed = deployed(history).map(|one| one.version);
    let mut versions: Vec<u64> = history.iter().map(|one| one.version).collect();
    versions.sort_unstable();
    let surplus = versions.len().saturating_sub(kept);
    versions.retain(|version| Some(*version) != deployed);
    versions.truncate(surplus);
    versions
}
