//! The order of changes: that of Terraform's JSON.

use std::cmp::Ordering;

use super::ResourceChange;
use crate::address::{AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ResourceMode};

/// Outer modules before inner ones, data sources before what is managed, then
/// by type, name and key, current objects before deposed ones.
pub(super) fn compare(a: &ResourceChange, b: &ResourceChange) -> Ordering {
    addresses(&a.address, &b.address).then_with(|| a.deposed.cmp(&b.deposed))
}

/// The same order of addresses.
pub(crate) fn addresses(a: &AbsResourceInstance, b: &AbsResourceInstance) -> Ordering {
    resources(&a.resource, &b.resource).then_with(|| keys(a.key.as_ref(), b.key.as_ref()))
}

fn resources(a: &AbsResource, b: &AbsResource) -> Ordering {
    let data = |resource: &AbsResource| resource.resource.mode != ResourceMode::Data;
    modules(&a.module, &b.module)
        .then_with(|| data(a).cmp(&data(b)))
        .then_with(|| a.resource.kind.cmp(&b.resource.kind))
        .then_with(|| a.resource.name.cmp(&b.resource.name))
}

fn modules(a: &ModuleInstance, b: &ModuleInstance) -> Ordering {
    a.0.len().cmp(&b.0.len()).then_with(|| {
        let steps = a.0.iter().zip(&b.0);
        let mut orders = steps.map(|(a, b)| {
            let by_name = a.0.cmp(&b.0);
            by_name.then_with(|| keys(a.1.as_ref(), b.1.as_ref()))
        });
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    })
}

fn keys(a: Option<&InstanceKey>, b: Option<&InstanceKey>) -> Ordering {
    a.cmp(&b)
}
