//! What has changed behind our back.

use std::sync::Arc;

use trueup_sdk::PartChange;
use trueup_value::{Type, Value};

use super::{Action, ResourceChange};
use crate::{address::AbsResourceInstance, state::Object};

/// The difference between an object as it was left and as it was found; also
/// one without a difference, if that is wanted. An object is another one if
/// any of its parts is, too.
pub(super) fn drift(
    address: &AbsResourceInstance,
    provider: &Arc<str>,
    before: &Object,
    (after, parts): (Option<&Arc<Object>>, Vec<PartChange>),
    also_same: bool,
) -> Option<ResourceChange> {
    let before = before.value()?;
    let after = after.map(|object| object.value());
    let action = match after {
        None => Action::Delete,
        Some(after) if after == Some(before) && parts.is_empty() => match also_same {
            true => Action::NoOp,
            false => return None,
        },
        Some(_) => Action::Update,
    };
    let after = after.flatten().cloned();
    Some(ResourceChange {
        address: address.clone(),
        previous_address: None,
        deposed: None,
        provider: Arc::clone(provider),
        action,
        reason: None,
        before: before.clone(),
        after: after.unwrap_or_else(|| Value::null(Type::Dynamic)),
        parts,
        replace_paths: Vec::new(),
        importing: None,
        generated_config: None,
        private: Vec::new(),
    })
}
