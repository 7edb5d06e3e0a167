//! What runs share that reach the same services.

use std::{fmt, sync::Arc};

use trueup_kubernetes::client::Connections;

use crate::world;

/// Connections, credentials and allowances of services, for all runs that reach
/// them with the same settings. What was read of a service is not in it.
#[derive(Clone, Default)]
pub(crate) struct Pool {
    pub(crate) aws: trueup_aws::client::Pool,
    pub(crate) clusters: Arc<Connections>,
}

impl Pool {
    /// A pool for many runs at once.
    pub(crate) fn of_many() -> Self {
        Pool {
            aws: trueup_aws::client::Pool::of_many(world::clock()),
            clusters: Arc::default(),
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}
