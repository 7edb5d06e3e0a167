//! Moving and removing what a state holds.

use std::{collections::HashSet, sync::Arc};

use trueup_core::address::{
    AbsResource, AbsResourceInstance, ModuleInstance, ResourceMode, Target,
};
use trueup_state::{
    Snapshot,
    snapshot::{InstanceObject, Resource},
};

use super::address;

/// Why something cannot be moved: a diagnostic without a place, in
/// Terraform's words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MoveError {
    /// Summary and detail.
    Refused(&'static str, String),
    /// Several reasons at once.
    Mismatch(Vec<String>),
    /// The target is a module with objects.
    ModuleExists,
}

const SOURCE: &str = "Invalid source address";
const TARGET: &str = "Invalid target address";

/// One thing to move.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) from: Target,
    pub(crate) to: Target,
}

/// What moving `from` to `to` comes to: a module with those below it moves one
/// by one, and a resource without keys moves as its only instance.
pub(crate) fn steps(source: &Snapshot, from: &Target, to: &Target) -> Result<Vec<Step>, MoveError> {
    let nothing = || {
        MoveError::Refused(
            SOURCE,
            format!("Cannot move {from}: does not match anything in the current state."),
        )
    };
    match from {
        Target::Module(module) => {
            let modules = modules_within(source, module);
            if modules.is_empty() {
                return Err(nothing());
            }
            let Target::Module(target) = to else {
                return Err(MoveError::Refused(
                    TARGET,
                    format!("Cannot move {from} to {to}: the target must also be a module."),
                ));
            };
            Ok(module_steps(modules, module, target))
        }
        Target::Resource(resource) => {
            let Some(found) = find(source, resource) else {
                return Err(nothing());
            };
            if found.instances.iter().any(|o| o.index_key.is_none()) {
                return instance_step(instance(resource), to).map(|step| vec![step]);
            }
            let Target::Resource(_) = to else {
                return Err(MoveError::Refused(
                    TARGET,
                    format!(
                        "Cannot move {from} to {to}: the source is a whole resource (not a resource instance) so the target must also be a whole resource."
                    ),
                ));
            };
            Ok(vec![Step {
                from: from.clone(),
                to: to.clone(),
            }])
        }
        Target::Instance(instance) => instance_step(instance.clone(), to).map(|step| vec![step]),
    }
}

fn instance(resource: &AbsResource) -> AbsResourceInstance {
    AbsResourceInstance {
        resource: resource.clone(),
        key: None,
    }
}

fn instance_step(from: AbsResourceInstance, to: &Target) -> Result<Step, MoveError> {
    let to = match to {
        Target::Resource(resource) => instance(resource),
        Target::Instance(instance) => instance.clone(),
        Target::Module(_) => {
            return Err(MoveError::Refused(
                TARGET,
                format!("Cannot move {from} to {to}: the target must also be a resource instance."),
            ));
        }
    };
    Ok(Step {
        from: Target::Instance(from),
        to: Target::Instance(to),
    })
}

fn module_steps(
    modules: Vec<ModuleInstance>,
    from: &ModuleInstance,
    to: &ModuleInstance,
) -> Vec<Step> {
    let step = |module: ModuleInstance| {
        let below = module.0.get(from.0.len()..).unwrap_or_default();
        let target = ModuleInstance(to.0.iter().chain(below).cloned().collect());
        Step {
            from: Target::Module(module),
            to: Target::Module(target),
        }
    };
    modules.into_iter().map(step).collect()
}

fn modules_within(snapshot: &Snapshot, ancestor: &ModuleInstance) -> Vec<ModuleInstance> {
    let mut names: Vec<&str> = snapshot.resources.iter().map(|r| &*r.module).collect();
    names.sort_unstable();
    names.dedup();
    let modules = names.into_iter().map(address::module_instance);
    let mut found: Vec<_> = modules
        .filter(|module| address::is_within(module, ancestor))
        .collect();
    found.sort_by(address::order_modules);
    found
}

fn find<'a>(snapshot: &'a Snapshot, wanted: &AbsResource) -> Option<&'a Resource> {
    position(snapshot, wanted).and_then(|at| snapshot.resources.get(at))
}

fn position(snapshot: &Snapshot, wanted: &AbsResource) -> Option<usize> {
    let mut all = snapshot.resources.iter();
    all.position(|resource| address::resource(resource) == *wanted)
}

/// Checks a step, and takes what it moves out of `source`; [`put`] puts it
/// into the state it goes to, `into` when that is another one.
pub(crate) fn take(
    source: &mut Snapshot,
    into: Option<&Snapshot>,
    step: &Step,
) -> Result<Vec<Resource>, MoveError> {
    let target = into.unwrap_or(source);
    match (&step.from, &step.to) {
        (Target::Module(from), Target::Module(to)) => take_module(source, into, from, to),
        (Target::Resource(from), Target::Resource(to)) => {
            let mismatch = mismatch(from, to);
            if find(target, to).is_some() {
                return Err(occupied("resource", &step.to));
            }
            refuse(mismatch)?;
            let mut taken = match position(source, from) {
                Some(at) => source.resources.remove(at),
                None => return Err(absent(&step.from)),
            };
            address::rename(&mut taken, to);
            Ok(vec![taken])
        }
        (Target::Instance(from), Target::Instance(to)) => {
            let mismatch = mismatch(&from.resource, &to.resource);
            let key = to.key.as_ref().map(address::state_key);
            let there = find(target, &to.resource);
            if there.is_some_and(|r| r.instances.iter().any(|o| o.index_key == key)) {
                return Err(occupied("resource instance", &step.to));
            }
            let provider = find(source, &from.resource).cloned();
            let objects = objects_of(source, from);
            let (Some(mut taken), false) = (provider, objects.is_empty()) else {
                return Err(absent(&step.from));
            };
            refuse(mismatch)?;
            remove(source, std::slice::from_ref(from));
            taken.instances = objects;
            for object in &mut taken.instances {
                Arc::make_mut(object).index_key.clone_from(&key);
            }
            taken.each.clear();
            address::rename(&mut taken, &to.resource);
            Ok(vec![taken])
        }
        _ => Err(absent(&step.from)),
    }
}

fn take_module(
    source: &mut Snapshot,
    into: Option<&Snapshot>,
    from: &ModuleInstance,
    to: &ModuleInstance,
) -> Result<Vec<Resource>, MoveError> {
    let (name, new_name) = (from.to_string(), to.to_string());
    let target = into.unwrap_or(source);
    if target.resources.iter().any(|r| r.module == new_name) {
        return Err(MoveError::ModuleExists);
    }
    let (mut taken, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut source.resources)
        .into_iter()
        .partition(|resource| resource.module == name);
    source.resources = kept;
    for resource in &mut taken {
        resource.module.clone_from(&new_name);
    }
    Ok(taken)
}

/// Adds what was taken; objects of a resource that is there join it.
pub(crate) fn put(target: &mut Snapshot, taken: Vec<Resource>) {
    for resource in taken {
        let of = address::resource(&resource);
        match position(target, &of).and_then(|at| target.resources.get_mut(at)) {
            Some(there) => there.instances.extend(resource.instances),
            None => target.resources.push(resource),
        }
    }
}

fn objects_of(snapshot: &Snapshot, wanted: &AbsResourceInstance) -> Vec<Arc<InstanceObject>> {
    let key = wanted.key.as_ref().map(address::state_key);
    let resource = find(snapshot, &wanted.resource);
    let objects = resource.into_iter().flat_map(|r| &r.instances);
    objects.filter(|o| o.index_key == key).cloned().collect()
}

/// Removes all objects of these instances, and resources with their last one.
pub(crate) fn remove(snapshot: &mut Snapshot, instances: &[AbsResourceInstance]) {
    let doomed: HashSet<&AbsResourceInstance> = instances.iter().collect();
    for resource in &mut snapshot.resources {
        let of = address::resource(resource);
        resource.instances.retain(|object| {
            let key = object.index_key.as_ref().map(address::instance_key);
            !doomed.contains(&AbsResourceInstance {
                resource: of.clone(),
                key,
            })
        });
    }
    snapshot.resources.retain(|r| !r.instances.is_empty());
}

/// Lets what depended on `step`'s source depend on its target. Terraform
/// forgets the dependencies of such objects instead, and with them the order
/// of destruction.
pub(crate) fn follow(snapshot: &mut Snapshot, step: &Step) {
    let (Some(from), Some(to)) = (step.from.resource(), step.to.resource()) else {
        return;
    };
    let (old, new) = (config_address(from), config_address(to));
    if old == new {
        return;
    }
    let mut all = snapshot.resources.iter();
    let remains = all.any(|resource| config_address(&address::resource(resource)) == old);
    let resources = snapshot.resources.iter_mut();
    for object in resources.flat_map(|resource| &mut resource.instances) {
        let depends = |on: &str| {
            object
                .dependencies
                .iter()
                .any(|dependency| dependency == on)
        };
        if !depends(&old) {
            continue;
        }
        let known = depends(&new);
        let object = Arc::make_mut(object);
        if !known {
            object.dependencies.push(new.clone());
        }
        if !remains {
            object.dependencies.retain(|dependency| *dependency != old);
        }
    }
}

fn config_address(resource: &AbsResource) -> String {
    let path = resource.module.path();
    if path.is_root() {
        return resource.resource.to_string();
    }
    format!("{path}.{}", resource.resource)
}

fn occupied(what: &str, to: &Target) -> MoveError {
    MoveError::Refused(
        TARGET,
        format!(
            "Cannot move to {to}: there is already a {what} at that address in the current state."
        ),
    )
}

fn absent(from: &Target) -> MoveError {
    MoveError::Refused(
        SOURCE,
        format!("The current state does not contain {from}."),
    )
}

fn refuse(mismatch: Vec<String>) -> Result<(), MoveError> {
    if mismatch.is_empty() {
        Ok(())
    } else {
        Err(MoveError::Mismatch(mismatch))
    }
}

fn mismatch(from: &AbsResource, to: &AbsResource) -> Vec<String> {
    let mut reasons = Vec::new();
    if from.resource.mode != to.resource.mode {
        let kind = match from.resource.mode {
            ResourceMode::Data => "data",
            _ => "managed",
        };
        reasons.push(format!(
            "Cannot move {from} to {to}: a {kind} resource can be moved only to another {kind} resource address."
        ));
    }
    if from.resource.kind != to.resource.kind {
        reasons.push(format!(
            "Cannot move {from} to {to}: resource types don't match."
        ));
    }
    reasons
}
