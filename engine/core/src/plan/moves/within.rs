//! The module instances of a state that a statement may speak of.

use trueup_value::Str;

use super::statement::{Kind, Statement};
use crate::{
    address::{AbsResource, InstanceKey, ModuleInstance, Resource, ResourceMode, Target},
    state::State,
};

type Steps = Vec<(Str, Option<InstanceKey>)>;

/// They are looked for by the order of the state: there may be many more.
pub(super) fn modules(state: &State, statement: &Statement) -> Vec<ModuleInstance> {
    let mut ways: Vec<Steps> = vec![Steps::new()];
    for name in &statement.module.0 {
        ways = ways
            .iter()
            .flat_map(|way| each_key(state, way, name))
            .collect();
    }
    let from = &statement.from.module().0;
    let (exact, any) = match (statement.kind(), from.split_last()) {
        (Kind::Call, Some(((name, _), parents))) => (parents, Some(name)),
        _ => (&from[..], None),
    };
    for way in &mut ways {
        way.extend_from_slice(exact);
    }
    if let Some(name) = any {
        ways = ways
            .iter()
            .flat_map(|way| each_key(state, way, name))
            .collect();
    }
    match &statement.from {
        Target::Module(_) => ways.iter().flat_map(|way| below(state, way)).collect(),
        _ => ways.into_iter().map(ModuleInstance).collect(),
    }
}

/// The ways on through every instance of a call.
fn each_key(state: &State, way: &Steps, name: &Str) -> Vec<Steps> {
    let mut found = Vec::new();
    let mut key = None;
    loop {
        let mut next = way.clone();
        next.push((name.clone(), key));
        let Some(there) = first_from(state, &next) else {
            return found;
        };
        let on = there.0.get(way.len()).filter(|_| there.0.starts_with(way));
        let Some((_, own)) = on.filter(|(own, _)| own == name) else {
            return found;
        };
        key = Some(after(own.as_ref()));
        next.truncate(way.len());
        next.push((name.clone(), own.clone()));
        found.push(next);
    }
}

/// The least key that comes after another.
fn after(key: Option<&InstanceKey>) -> InstanceKey {
    match key {
        None => InstanceKey::Int(i64::MIN),
        Some(InstanceKey::Int(index)) => match index.checked_add(1) {
            Some(index) => InstanceKey::Int(index),
            None => InstanceKey::String("".into()),
        },
        Some(InstanceKey::String(key)) => InstanceKey::String(format!("{key}\0").into()),
    }
}

/// A module instance and those within it.
fn below(state: &State, way: &Steps) -> Vec<ModuleInstance> {
    let mut found: Vec<ModuleInstance> = Vec::new();
    let resources = state
        .resources
        .range(least(way)..)
        .map(|(address, _)| address);
    for address in resources.take_while(|address| address.module.0.starts_with(way)) {
        if found.last() != Some(&address.module) {
            found.push(address.module.clone());
        }
    }
    found
}

/// The first module instance at or after a way.
fn first_from<'s>(state: &'s State, way: &Steps) -> Option<&'s ModuleInstance> {
    let mut from = state.resources.range(least(way)..);
    from.next().map(|(address, _)| &address.module)
}

/// What comes before every resource of a module instance.
pub(super) fn least(way: &[(Str, Option<InstanceKey>)]) -> AbsResource {
    AbsResource {
        module: ModuleInstance(way.to_vec()),
        resource: Resource {
            mode: ResourceMode::Managed,
            kind: "".into(),
            name: "".into(),
        },
    }
}
