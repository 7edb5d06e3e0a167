//! Labels and annotations of objects that are managed elsewhere.

mod annotations;
mod labels;
mod marking;

use trueup_sdk::native::NativeProvider;

use crate::Session;

/// The provider with these types.
pub(crate) fn add(provider: NativeProvider<Session>) -> NativeProvider<Session> {
    provider
        .resource("kubernetes_annotations", annotations::kind())
        .resource("kubernetes_labels", labels::kind())
}
