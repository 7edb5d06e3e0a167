//! Errors of the cluster as the engine reports them.

use trueup_sdk::Problem;
use trueup_value::Path;

use crate::client::{Cause, ClusterError, DryRun, Manager, ObjectRef};

/// An error about a whole object.
pub(crate) fn problem(error: &ClusterError) -> Problem {
    Problem::error(error.summary(), error.detail(), Path::new())
}

/// The same, where one will do.
pub(crate) fn problems(error: &ClusterError) -> Vec<Problem> {
    vec![problem(error)]
}

/// What is taken from other managers because that was asked for.
pub(crate) fn taken(object: &ObjectRef, dry: &DryRun, manager: Manager<'_>) -> Vec<Problem> {
    if dry.taken.is_empty() || !manager.force {
        return Vec::new();
    }
    let detail = format!(
        "{object}: {}\n\nApplying takes them over, as force_conflicts or a repair asks for.",
        Cause::Conflicts(dry.taken.clone())
    );
    vec![Problem::warning(
        "Fields are taken over",
        detail,
        Path::new(),
    )]
}
