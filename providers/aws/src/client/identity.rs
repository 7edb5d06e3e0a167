//! Who calls, and in which account.

use crate::{CallError, region};

use super::{Account, Service};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user: String,
}

impl Account {
    /// Who calls; STS is asked once.
    ///
    /// # Errors
    /// What STS answered.
    pub(crate) async fn identity(&self) -> Result<&Identity, CallError> {
        let identity = self.identity.get_or_try_init(|| async {
            let sts = self.sts();
            let call = || sts.get_caller_identity().send();
            let answer = self.call(Service::Sts, "GetCallerIdentity", call).await?;
            Ok(Identity {
                account: answer.account.unwrap_or_default(),
                arn: answer.arn.unwrap_or_default(),
                user: answer.user_id.unwrap_or_default(),
            })
        });
        identity.await
    }

    /// The partition of the region.
    pub(crate) fn partition(&self) -> &'static region::Partition {
        region::partition(self.region())
    }
}
