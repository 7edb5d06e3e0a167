//! Finding what an address names in a state.

use std::collections::BTreeSet;

use trueup_core::address::{AbsResource, AbsResourceInstance, Target};
use trueup_state::{Snapshot, snapshot::Resource};
use trueup_syntax::{Diagnostic, Severity};

use super::address;

/// All instances, in Terraform's order.
pub(crate) fn all(snapshot: &Snapshot) -> Vec<AbsResourceInstance> {
    let mut found = collect(snapshot, |_| true);
    found.sort_by(address::order);
    found
}

/// The instances `target` names; an error in Terraform's words if the state
/// has none there.
pub(crate) fn matching(
    snapshot: &Snapshot,
    target: &Target,
) -> Result<Vec<AbsResourceInstance>, Box<Diagnostic>> {
    let mut found = match target {
        Target::Module(module) => collect(snapshot, |resource| {
            address::is_within_call(&resource.module, module)
        }),
        Target::Resource(wanted) => collect(snapshot, |resource| resource == wanted),
        Target::Instance(wanted) => {
            let mut found = collect(snapshot, |resource| *resource == wanted.resource);
            found.retain(|instance| instance.key == wanted.key);
            found
        }
    };
    if found.is_empty() {
        return Err(unknown(target));
    }
    found.sort_by(address::order);
    Ok(found)
}

fn collect(snapshot: &Snapshot, wanted: impl Fn(&AbsResource) -> bool) -> Vec<AbsResourceInstance> {
    let mut found = Vec::new();
    for resource in &snapshot.resources {
        let of = address::resource(resource);
        if wanted(&of) {
            found.extend(instances(resource, &of));
        }
    }
    found
}

/// The instances of a resource, each once however many objects it has.
fn instances(resource: &Resource, of: &AbsResource) -> Vec<AbsResourceInstance> {
    let keys = resource.instances.iter().map(|object| &object.index_key);
    let keys: BTreeSet<_> = keys.collect();
    let instance = |key: &Option<_>| AbsResourceInstance {
        resource: of.clone(),
        key: key.as_ref().map(address::instance_key),
    };
    keys.into_iter().map(instance).collect()
}

fn unknown(target: &Target) -> Box<Diagnostic> {
    let (summary, detail) = match target {
        Target::Module(module) => (
            "Unknown module",
            format!(
                "The current state contains no module at {module}. If you've just added this module to the configuration, you must run \"terraform apply\" first to create the module's entry in the state."
            ),
        ),
        Target::Resource(resource) => (
            "Unknown resource",
            format!(
                "The current state contains no resource {resource}. If you've just added this resource to the configuration, you must run \"terraform apply\" first to create the resource's entry in the state."
            ),
        ),
        Target::Instance(instance) => (
            "Unknown resource instance",
            format!(
                "The current state contains no resource instance {instance}. If you've just added its resource to the configuration or have changed the count or for_each arguments, you must run \"terraform apply\" first to update the resource's entry in the state."
            ),
        ),
    };
    Box::new(Diagnostic::without_place(Severity::Error, summary, detail))
}
