//! Moves nobody has to write down.

use std::collections::HashSet;

use super::statement::Statement;
use crate::{
    address::{
        AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ModulePath, Resource, Target,
    },
    load::Config,
    state::State,
};

/// Moves between an instance without a key and the one with index 0, when
/// `count` was added or taken away from a resource no statement speaks of.
pub(super) fn implied(config: &Config, state: &State, said: &[Statement]) -> Vec<Statement> {
    let spoken_of: HashSet<Spoken> = said.iter().flat_map(spoken).collect();
    let mut found = Vec::new();
    for (address, resource) in &state.resources {
        let Some(node) = config.descendant_for_instance(&address.module) else {
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
        if !there || is_spoken_of(&spoken_of, address) {
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

/// The module a statement is in, the way from any instance of it, and the
/// resource there that it speaks of.
type Spoken = (ModulePath, ModuleInstance, Resource);

fn spoken(statement: &Statement) -> impl Iterator<Item = Spoken> {
    let sides = [&statement.from, &statement.to];
    sides.into_iter().filter_map(|side| {
        let AbsResource { module, resource } = side.resource()?.clone();
        Some((statement.module.clone(), module, resource))
    })
}

fn is_spoken_of(spoken_of: &HashSet<Spoken>, address: &AbsResource) -> bool {
    let steps = &address.module.0;
    (0..=steps.len()).any(|depth| {
        let (base, rest) = steps.split_at(depth);
        let said_in = ModulePath(base.iter().map(|(name, _)| name.clone()).collect());
        let way = ModuleInstance(rest.to_vec());
        spoken_of.contains(&(said_in, way, address.resource.clone()))
    })
}
