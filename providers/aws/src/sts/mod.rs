//! Who calls.

mod caller_identity;

use trueup_sdk::native::NativeProvider;

use crate::client::Account;

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider.data_source("aws_caller_identity", caller_identity::CallerIdentity)
}
