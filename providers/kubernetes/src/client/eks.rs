//! EKS clusters without another program.

use trueup_sdk::Answer;

use super::settings::EksCluster;

/// What finds EKS clusters. Handed in by whoever knows AWS.
pub trait EksAccess: Send + Sync {
    /// Where the cluster is, and a token for it.
    fn find<'a>(&'a self, cluster: &'a EksCluster) -> Answer<'a, Result<EksEndpoint, String>>;
}

/// An EKS cluster that was found.
#[derive(Clone)]
pub struct EksEndpoint {
    /// Address of its API server.
    pub endpoint: String,
    /// The certificates it can be known by: PEM in Base64, as EKS says it.
    pub certificate_authority_data: String,
    /// A bearer token.
    pub token: String,
    /// When the token ends, in seconds since 1970.
    pub expires: i64,
}
