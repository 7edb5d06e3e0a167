//! Data sources.

use trueup_sdk::native::NativeProvider;

use crate::Session;

/// The provider with its data sources.
pub(crate) fn add(provider: NativeProvider<Session>) -> NativeProvider<Session> {
    provider
}
