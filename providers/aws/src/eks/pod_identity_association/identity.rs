//! How an association that was being created is found again: a service account
//! has one. The service takes a second request with the same token for the
//! first.
//!
//! <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html>

use aws_sdk_eks::types::PodIdentityAssociation as Told;
use serde::{Deserialize, Serialize};
use trueup_sdk::native::Fields;

use super::{At, MISSING, describe};
use crate::{
    CallError,
    client::{Account, Service},
    unique,
};

/// Whose association it is, its role, and the token of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    cluster: String,
    namespace: String,
    service_account: String,
    role: String,
    pub(super) token: String,
}

impl Identity {
    pub(super) fn choose(account: &Account, planned: &Fields) -> Option<Self> {
        let text = |name: &str| planned.text(name).map(str::to_owned);
        Some(Identity {
            cluster: text("cluster_name")?,
            namespace: text("namespace")?,
            service_account: text("service_account")?,
            role: text("role_arn")?,
            token: unique::suffix(&account.world)?,
        })
    }

    pub(super) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The association there is; one with another role was there before.
    ///
    /// # Errors
    /// What the service answered; a cluster that is gone has none.
    pub(super) async fn find(&self, account: &Account) -> Result<Option<Told>, CallError> {
        let eks = account.eks();
        let list = || {
            eks.list_pod_identity_associations()
                .cluster_name(&self.cluster)
                .namespace(&self.namespace)
                .service_account(&self.service_account)
                .send()
        };
        let call = account.call(Service::Eks, "ListPodIdentityAssociations", list);
        let listed = match call.await {
            Err(error) if error.is(MISSING) => return Ok(None),
            listed => listed?.associations.unwrap_or_default(),
        };
        let Some(id) = listed.into_iter().next().and_then(|one| one.association_id) else {
            return Ok(None);
        };
        let at = At {
            cluster: self.cluster.clone(),
            id,
        };
        let told = describe(account, &at).await?;
        Ok(told.filter(|told| told.role_arn() == Some(self.role.as_str())))
    }
}
