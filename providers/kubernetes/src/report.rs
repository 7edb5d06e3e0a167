//! Errors of the cluster as the engine reports them.

use trueup_sdk::Problem;
use trueup_value::Path;

use crate::client::ClusterError;

/// An error about a whole object.
pub(crate) fn problem(error: &ClusterError) -> Problem {
    Problem::error(error.summary(), error.detail(), Path::new())
}

/// The same, where one will do.
pub(crate) fn problems(error: &ClusterError) -> Vec<Problem> {
    vec![problem(error)]
}
