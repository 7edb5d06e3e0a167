//! Elastic Kubernetes Service.

pub mod access;
mod cluster;
mod cluster_auth;
mod pod_identity_association;
pub mod token;

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, here::Here};

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider
        .resource(
            "aws_eks_pod_identity_association",
            pod_identity_association::PodIdentityAssociation::new(),
        )
        .data_source("aws_eks_cluster", Here(cluster::Cluster::new()))
        .data_source("aws_eks_cluster_auth", Here(cluster_auth::ClusterAuth))
}
