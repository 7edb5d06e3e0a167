//! Systems Manager: its parameter store.

mod parameter;

use trueup_sdk::native::NativeProvider;

use crate::{client::Account, here::Here};

pub(crate) fn register(provider: NativeProvider<Account>) -> NativeProvider<Account> {
    provider.data_source("aws_ssm_parameter", Here(parameter::Parameter))
}
