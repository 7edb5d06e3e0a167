//! `moved` blocks, and moves nobody has to write down.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trueup_syntax::{Diagnostic, Severity};

use crate::{
    address::{
        AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ModulePath, Resource, Target,
    },
    load::Config,
    state::{ResourceState, State},
};

/// Where instances were before they were moved, by where they are now.
pub(super) type Previous = HashMap<AbsResourceInstance, AbsResourceInstance>;

/// A statement that what was at one address is now at another.
struct Statement {
    /// The module it is said in.
    module: ModulePath,
    from: Target,
    to: Target,
}

/// A state with everything where the configuration has it now.
pub(super) struct Moved {
    pub(super) state: State,
    pub(super) previous: Previous,
    /// What stayed where it was, and where it was to go: there is something
    /// already.
    blocked: BTreeSet<(String, String)>,
}

/// Moves what the configuration says has moved.
pub(super) fn apply_moves(config: &Config, state: &State) -> Moved {
    let mut moved = state.clone();
    let mut previous = Previous::new();
    let mut blocked = BTreeSet::new();
    let mut statements: Vec<Statement> = Vec::new();
    for (_, node) in config.nodes() {
        statements.extend(node.module.moved.iter().map(|said| Statement {
            module: node.path.clone(),
            from: said.from.clone(),
            to: said.to.clone(),
        }));
    }
    // A chain of moves is followed to its end, however it is ordered.
    for _ in 0..=statements.len() {
        let matches = |statement| {
            let statement: &Statement = statement;
            let moves = statement.matches(&moved).into_iter();
            moves.map(move |(from, to)| (statement, from, to))
        };
        let moves: Vec<_> = statements.iter().flat_map(matches).collect();
        blocked.clear();
        let mut any = false;
        for (statement, from, to) in &moves {
            if relocate(&mut moved, &mut previous, from, to) {
                any = true;
            } else if from != to {
                blocked.insert(statement.speaks_of(from, to));
            }
        }
        if !any {
            break;
        }
    }
    for (from, to) in implied(config, &moved) {
        if !relocate(&mut moved, &mut previous, &from, &to) {
            blocked.insert((from.to_string(), to.to_string()));
        }
    }
    Moved {
        state: moved,
        previous,
        blocked,
    }
}

impl Moved {
    /// What could not move.
    pub(super) fn warning(&self) -> Option<Diagnostic> {
        if self.blocked.is_empty() {
            return None;
        }
        let blocked = self.blocked.iter();
        let lines = blocked.map(|(from, to)| format!("\n  - {from} could not move to {to}"));
        Some(Diagnostic::without_place(
            Severity::Warning,
            "Unresolved resource instance address changes",
            format!(
                "Terraform tried to adjust resource instance addresses in the prior state based on change information recorded in the configuration, but some adjustments did not succeed due to existing objects already at the intended addresses:{}\n\nTerraform has planned to destroy these objects. If Terraform's proposed changes aren't appropriate, you must first resolve the conflicts using the \"terraform state\" subcommands and then create a new plan.",
                lines.collect::<String>()
            ),
        ))
    }
}

fn relocate(
    state: &mut State,
    previous: &mut Previous,
    from: &AbsResourceInstance,
    to: &AbsResourceInstance,
) -> bool {
    if from == to || state.instance(&to.resource, &to.key).is_some() {
        return false;
    }
    let Some(resource) = state.resources.get_mut(&from.resource) else {
        return false;
    };
    let Some(instance) = resource.instances.remove(&from.key) else {
        return false;
    };
    let provider = resource.provider.clone();
    if resource.instances.is_empty() {
        state.resources.remove(&from.resource);
    }
    let target = state.resources.entry(to.resource.clone());
    let target = target.or_insert_with(|| ResourceState {
        provider,
        instances: BTreeMap::new(),
    });
    target.instances.insert(to.key.clone(), instance);
    let origin = previous.remove(from).unwrap_or_else(|| from.clone());
    if origin != *to {
        previous.insert(to.clone(), origin);
    }
    true
}

impl Statement {
    /// What it moves where.
    fn matches(&self, state: &State) -> Vec<(AbsResourceInstance, AbsResourceInstance)> {
        let mut found = Vec::new();
        for (address, resource) in &state.resources {
            let depth = self.module.0.len();
            let steps = &address.module.0;
            let inside = steps.len() >= depth
                && steps
                    .iter()
                    .zip(&self.module.0)
                    .all(|((name, _), own)| name == own);
            if !inside {
                continue;
            }
            let (base, rest) = steps.split_at(depth);
            for key in resource.instances.keys() {
                let Some((steps, moved, key_now)) = self.moved(rest, &address.resource, key) else {
                    continue;
                };
                let module = base.iter().cloned().chain(steps).collect();
                let from = AbsResourceInstance {
                    resource: address.clone(),
                    key: key.clone(),
                };
                let to = AbsResourceInstance {
                    resource: AbsResource {
                        module: ModuleInstance(module),
                        resource: moved,
                    },
                    key: key_now,
                };
                found.push((from, to));
            }
        }
        found
    }

    /// What it speaks of where it moves one instance to another: these, their
    /// resources, or modules they are in.
    fn speaks_of(&self, from: &AbsResourceInstance, to: &AbsResourceInstance) -> (String, String) {
        let depth = self.module.0.len();
        let part = |side: &Target, instance: &AbsResourceInstance| match side {
            Target::Module(module) => {
                let steps = &instance.resource.module.0;
                let end = steps.len().min(depth + module.0.len());
                ModuleInstance(steps[..end].to_vec()).to_string()
            }
            Target::Resource(_) => instance.resource.to_string(),
            Target::Instance(_) => instance.to_string(),
        };
        (part(&self.from, from), part(&self.to, to))
    }

    /// The new address within the module, if it is moved.
    fn moved(
        &self,
        module: &[Step],
        resource: &Resource,
        key: &Option<InstanceKey>,
    ) -> Option<(Vec<Step>, Resource, Option<InstanceKey>)> {
        match (&self.from, &self.to) {
            (Target::Module(from), Target::Module(to)) => {
                let steps = moved_module(module, from, to)?;
                Some((steps, resource.clone(), key.clone()))
            }
            (Target::Module(_), _) | (_, Target::Module(_)) => None,
            (from, to) => {
                let (old, new) = (from.resource()?, to.resource()?);
                if old.module.0 != module || old.resource != *resource {
                    return None;
                }
                let (from_key, to_key) = (target_key(from), target_key(to));
                let whole = from_key.is_none() && to_key.is_none();
                if !whole && from_key != *key {
                    return None;
                }
                let key = if whole { key.clone() } else { to_key };
                Some((new.module.0.clone(), new.resource.clone(), key))
            }
        }
    }
}

type Step = (trueup_value::Str, Option<InstanceKey>);

fn moved_module(module: &[Step], from: &ModuleInstance, to: &ModuleInstance) -> Option<Vec<Step>> {
    let (last, parents) = from.0.split_last()?;
    let (to_last, to_parents) = to.0.split_last()?;
    let (inside, below) = module.split_at_checked(from.0.len())?;
    let (own, own_parents) = inside.split_last()?;
    // Without keys on either side the whole call is meant.
    let whole = last.1.is_none() && to_last.1.is_none();
    let same = own_parents == parents && own.0 == last.0 && (whole || own.1 == last.1);
    if !same {
        return None;
    }
    let key = if whole {
        own.1.clone()
    } else {
        to_last.1.clone()
    };
    let mut steps = to_parents.to_vec();
    steps.push((to_last.0.clone(), key));
    steps.extend_from_slice(below);
    Some(steps)
}

fn target_key(target: &Target) -> Option<InstanceKey> {
    match target {
        Target::Instance(instance) => instance.key.clone(),
        _ => None,
    }
}

/// Moves between an instance without a key and the one with index 0, when
/// `count` was added or taken away.
fn implied(config: &Config, state: &State) -> Vec<(AbsResourceInstance, AbsResourceInstance)> {
    let mut found = Vec::new();
    for (address, resource) in &state.resources {
        let Some(node) = super::orphan::node_of(config, &address.module) else {
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
        if !resource.instances.contains_key(&from) {
            continue;
        }
        let said = module.moved.iter().any(|moved| {
            let sides = [&moved.from, &moved.to];
            sides.iter().any(|side| {
                side.resource()
                    .is_some_and(|r| r.module.0.is_empty() && r.resource == address.resource)
            })
        });
        if said {
            continue;
        }
        let instance = |key| AbsResourceInstance {
            resource: address.clone(),
            key,
        };
        found.push((instance(from), instance(to)));
    }
    found
}
