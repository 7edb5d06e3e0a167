//! Releases in a cluster: bringing them there, changing them, taking them out,
//! and looking at what became of them.
//!
//! Everything is stored and written as Helm 4 does it, so that `helm` works on
//! it: before anything is done, a revision that says what is going to be done
//! is stored. Where a run died, the next one finishes what that revision says;
//! see [`Releases::history`] and [`Standing`].
//!
//! Nothing here renders: charts come as a [`Revision`] with its objects.

mod added;
mod apply;
mod client_side;
mod clock;
mod definitions;
mod error;
mod history;
mod hooks;
mod install;
mod items;
mod migrate;
mod namespace;
mod observe;
mod options;
mod perform;
mod preview;
mod rollback;
mod uninstall;
mod upgrade;
mod wait;
mod webhooks;
mod why;

use std::fmt;

use futures_util::{StreamExt, stream};

use trueup_kubernetes::client::Cluster;

pub use added::{Added, Stay};
pub use error::{Failure, Left, OperationError, Unready};
pub use history::{Entry, History, Standing};
pub use hooks::HookLog;
pub use items::Item;
pub use observe::{Drift, DriftedField, DriftedObject, Touch};
pub use options::{Definitions, Method, Options, Revision};
pub use preview::{Asked, ObjectAction, Planned, PlannedDefinition, Preview};
pub use uninstall::Uninstalled;

/// The field manager that Helm is.
pub const MANAGER: &str = "helm";

/// So many calls are under way at once.
const SIDE_BY_SIDE: usize = 16;

/// The answers of futures, in their order. They are made before: what makes
/// them must not live while they are waited for, or nobody could wait for them
/// from another thread.
async fn side_by_side<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let answers = stream::iter(futures).buffered(SIDE_BY_SIDE);
    answers.collect().await
}

/// The releases of a namespace.
#[derive(Clone, Copy)]
pub struct Releases<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) namespace: &'a str,
    pub(crate) holder: Option<&'a str>,
}

/// What an operation led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The revision as it is stored.
    pub record: crate::Record,
    /// What its user should know.
    pub warnings: Vec<String>,
}

impl<'a> Releases<'a> {
    /// The releases of a namespace. The cluster is not asked anything yet.
    #[must_use]
    pub fn new(cluster: &'a Cluster, namespace: &'a str) -> Self {
        Releases {
            cluster,
            namespace,
            holder: None,
        }
    }

    /// Notes in revisions that are under way who works on them: a name of the
    /// caller's that two processes never work under at the same time. A
    /// revision that was left behind under this name is known to be dead at
    /// once; others are only when their time is up.
    #[must_use]
    pub fn held_by(mut self, holder: &'a str) -> Self {
        self.holder = Some(holder);
        self
    }
}

impl fmt::Debug for Releases<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Releases")
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
