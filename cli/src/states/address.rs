//! Addresses of what a state holds.

use std::cmp::Ordering;

use trueup_core::address::{
    AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode, Target,
    parse_target,
};
use trueup_state::snapshot::{self, Mode, address::parse_module};
use trueup_syntax::{Diagnostics, SourceMap, parse::parse_traversal};
use trueup_value::Str;

/// Reads an address the user typed. The error is ready to be shown, with the
/// texts it speaks of.
pub(crate) fn parse(text: &str) -> Result<Target, (Diagnostics, SourceMap)> {
    let mut sources = SourceMap::default();
    let file = sources.add("address", text);
    let (traversal, diagnostics) = parse_traversal(sources.file(file));
    match traversal {
        Some(traversal) if !diagnostics.has_errors() => {
            parse_target(&traversal).map_err(|diagnostic| (Diagnostics(vec![*diagnostic]), sources))
        }
        _ => Err((diagnostics, sources)),
    }
}

/// The module instance a state names.
pub(crate) fn module_instance(text: &str) -> ModuleInstance {
    let steps = parse_module(text).unwrap_or_default();
    let step = |(name, key): (String, Option<_>)| (Str::from(name), key.as_ref().map(instance_key));
    ModuleInstance(steps.into_iter().map(step).collect())
}

/// The key a state names.
pub(crate) fn instance_key(key: &snapshot::InstanceKey) -> InstanceKey {
    match key {
        snapshot::InstanceKey::Index(index) => {
            InstanceKey::Int(i64::try_from(*index).unwrap_or(i64::MAX))
        }
        snapshot::InstanceKey::Key(key) => InstanceKey::String(Str::new(key)),
    }
}

/// The key as a state names it.
pub(crate) fn state_key(key: &InstanceKey) -> snapshot::InstanceKey {
    match key {
        InstanceKey::Int(index) => snapshot::InstanceKey::Index(u64::try_from(*index).unwrap_or(0)),
        InstanceKey::String(key) => snapshot::InstanceKey::Key(key.to_string()),
    }
}

/// The address of a resource in a state.
pub(crate) fn resource(resource: &snapshot::Resource) -> AbsResource {
    AbsResource {
        module: module_instance(&resource.module),
        resource: Resource {
            mode: match resource.mode {
                Mode::Data => ResourceMode::Data,
                Mode::Managed => ResourceMode::Managed,
            },
            kind: Str::new(&resource.resource_type),
            name: Str::new(&resource.name),
        },
    }
}

/// Gives a resource of a state another address.
pub(crate) fn rename(resource: &mut snapshot::Resource, to: &AbsResource) {
    resource.module = to.module.to_string();
    resource.resource_type = to.resource.kind.to_string();
    resource.name = to.resource.name.to_string();
}

/// The order of Terraform's lists: shallow modules first, data sources before
/// managed resources, numbers before texts.
pub(crate) fn order(a: &AbsResourceInstance, b: &AbsResourceInstance) -> Ordering {
    order_resources(&a.resource, &b.resource).then_with(|| a.key.cmp(&b.key))
}

/// The same for resources.
pub(crate) fn order_resources(a: &AbsResource, b: &AbsResource) -> Ordering {
    let data_first = |r: &AbsResource| r.resource.mode != ResourceMode::Data;
    order_modules(&a.module, &b.module)
        .then_with(|| data_first(a).cmp(&data_first(b)))
        .then_with(|| a.resource.kind.cmp(&b.resource.kind))
        .then_with(|| a.resource.name.cmp(&b.resource.name))
}

/// The same for modules.
pub(crate) fn order_modules(a: &ModuleInstance, b: &ModuleInstance) -> Ordering {
    a.0.len().cmp(&b.0.len()).then_with(|| a.0.cmp(&b.0))
}

/// Whether `module` is `ancestor` or below it.
pub(crate) fn is_within(module: &ModuleInstance, ancestor: &ModuleInstance) -> bool {
    module.0.starts_with(&ancestor.0)
}

/// The same where the last step of `ancestor`, without a key, stands for all
/// instances of the call.
pub(crate) fn is_within_call(module: &ModuleInstance, ancestor: &ModuleInstance) -> bool {
    let Some(((name, None), before)) = ancestor.0.split_last() else {
        return is_within(module, ancestor);
    };
    module.0.starts_with(before) && module.0.get(before.len()).is_some_and(|(n, _)| n == name)
}
