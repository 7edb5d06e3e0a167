//! Moves nobody has to write down.

use super::statement::Statement;
use crate::{
    address::{AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ModulePath, Target},
    load::Config,
    plan::node_of,
    state::State,
};

/// Moves between an instance without a key and the one with index 0, when
/// `count` was added or taken away from a resource no statement speaks of.
pub(super) fn implied(config: &Config, state: &State, said: &[Statement]) -> Vec<Statement> {
    let mut found = Vec::new();
    for (address, resource) in &state.resources {
        let Some(node) = node_of(config, &address.module) else {
            continue;
        };
        let module = &config.node(node).module;
        let Some(declared) = module.resources.get(&address.resource) else {
            continue;
        };
        let zero = Some(InstanceKey::Int(0));
        let (from, to) = match (&declared.count, &declared.for_each) {
            (Some(_), _) => (None, zero),
            (None, None) => (zero, None),
            _ => continue,
        };
        let there = resource.instances.contains_key(&from);
        if !there || said.iter().any(|said| speaks_of(said, address)) {
            continue;
        }
        found.push(Statement {
            module: ModulePath::root(),
            from: at(address, from),
            to: at(address, to),
            span: None,
        });
    }
    found
}

fn at(resource: &AbsResource, key: Option<InstanceKey>) -> Target {
    match key {
        None => Target::Resource(resource.clone()),
        key => Target::Instance(AbsResourceInstance {
            resource: resource.clone(),
            key,
        }),
    }
}

fn speaks_of(statement: &Statement, address: &AbsResource) -> bool {
    let sides = [&statement.from, &statement.to];
    sides.into_iter().any(|side| {
        side.resource().is_some_and(|resource| {
            resource.resource == address.resource
                && reaches(&statement.module, &resource.module, &address.module)
        })
    })
}

/// Whether `target`, from any instance of `module`, is `address`.
fn reaches(module: &ModulePath, target: &ModuleInstance, address: &ModuleInstance) -> bool {
    let split = address.0.split_at_checked(module.0.len());
    split.is_some_and(|(base, rest)| {
        base.iter().map(|(name, _)| name).eq(&module.0) && rest == target.0
    })
}
