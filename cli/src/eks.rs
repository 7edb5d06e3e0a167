//! EKS clusters for the providers that deal with Kubernetes: they do not know
//! AWS, and AWS does not know them.

use std::time::UNIX_EPOCH;

use trueup_aws::eks::access::{Wanted, find};
use trueup_kubernetes::client::{EksAccess, EksCluster, EksEndpoint};
use trueup_sdk::{Answer, world::World};

/// Finds clusters in the account that the environment, or the block, leads to.
pub(crate) struct EksClusters {
    world: World,
}

impl EksClusters {
    pub(crate) fn new(world: &World) -> Self {
        EksClusters {
            world: world.clone(),
        }
    }
}

impl EksAccess for EksClusters {
    fn find<'a>(&'a self, cluster: &'a EksCluster) -> Answer<'a, Result<EksEndpoint, String>> {
        Box::pin(async move {
            let wanted = Wanted {
                name: &cluster.name,
                region: cluster.region.as_deref(),
                profile: cluster.profile.as_deref(),
                role_arn: cluster.role_arn.as_deref(),
            };
            let found = find(&self.world, &wanted).await?;
            let expires = found.expires.duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok(EksEndpoint {
                endpoint: found.endpoint,
                certificate_authority_data: found.certificate_authority_data,
                token: found.token,
                expires: i64::try_from(expires.as_secs()).unwrap_or(i64::MAX),
            })
        })
    }
}
