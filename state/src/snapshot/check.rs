//! What no program writes into a state.

use std::collections::HashSet;

use super::{
    InstanceObject, Mode, Resource, Snapshot,
    address::{parse_module, provider_source},
};

/// What is wrong with a state that could be read.
pub(super) fn problems(snapshot: &Snapshot) -> Vec<String> {
    let mut problems = Vec::new();
    let mut objects = HashSet::new();
    for resource in &snapshot.resources {
        if parse_module(&resource.module).is_none() {
            problems.push(format!("{:?} is no address of a module", resource.module));
        }
        if provider_source(&resource.provider).is_none() {
            problems.push(format!(
                "the provider {:?} of {resource} is no address of a provider configuration",
                resource.provider
            ));
        }
        for object in &resource.instances {
            let of = (
                &resource.module,
                resource.mode,
                &resource.resource_type,
                &resource.name,
            );
            if !objects.insert((of, &object.index_key, &object.deposed)) {
                problems.push(duplicate(resource, object));
            }
        }
    }
    problems
}

fn duplicate(resource: &Resource, object: &InstanceObject) -> String {
    let key = object.index_key.as_ref().map(ToString::to_string);
    let key = key.unwrap_or_default();
    match object.deposed.as_str() {
        "" => format!("{resource}{key} appears more than once"),
        deposed => {
            format!("the deposed object {deposed} of {resource}{key} appears more than once")
        }
    }
}

/// The resource's address.
impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}.", self.module)?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        write!(f, "{}.{}", self.resource_type, self.name)
    }
}
