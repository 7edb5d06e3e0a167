//! Which part of a stack a run is about: `-target` and `-exclude`.
//!
//! A target stands for itself and all it needs, an exclude for itself and all
//! that needs it. Both are found on the level of the configuration; which
//! instances of a resource are meant is decided one by one.

use std::collections::{HashMap, HashSet};

use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::Str;

use crate::{
    address::{AbsResource, AbsResourceInstance, ModuleInstance, ModulePath, Resource, Target},
    load::Config,
    plan::addresses,
    run::{Order, Stack},
    state::State,
    validate::Item,
};

/// What is said of every plan that is not about everything.
pub(crate) const IN_EFFECT: &str = "Resource targeting is in effect";

/// The part a run is about.
pub(crate) struct Selection<'a> {
    targets: &'a [Target],
    excludes: &'a [Target],
    /// By item; none if everything is meant.
    parts: Option<Vec<Part>>,
}

/// Whether an item belongs to the selection, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It does not.
    Left,
    /// Only an output needs it, which comes from nothing but what is meant.
    Told,
    /// Something else needs it, with all its instances.
    Needed,
    /// It is named itself: so are some of its instances.
    Named,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(
        stack: &Stack<'_>,
        order: &Order,
        targets: &'a [Target],
        excludes: &'a [Target],
    ) -> Self {
        let mut selection = Selection {
            targets,
            excludes,
            parts: None,
        };
        if !selection.is_whole() {
            let mut parts = selection.named(stack.config, order);
            let topological = order.topological();
            need(order, &topological, &mut parts);
            keep_outputs(stack.config, order, &topological, &mut parts);
            selection.parts = Some(parts);
        }
        selection
    }

    /// Whether everything is meant.
    pub(crate) fn is_whole(&self) -> bool {
        self.targets.is_empty() && self.excludes.is_empty()
    }

    /// Whether an item belongs to it.
    pub(crate) fn item(&self, item: u32) -> bool {
        self.part(item) != Part::Left
    }

    /// Whether something that is meant needs an item, or it is meant itself.
    pub(crate) fn needs(&self, item: u32) -> bool {
        matches!(self.part(item), Part::Needed | Part::Named)
    }

    fn part(&self, item: u32) -> Part {
        match &self.parts {
            None => Part::Needed,
            Some(parts) => parts.get(item as usize).copied().unwrap_or(Part::Left),
        }
    }

    /// Whether an instance of a resource item belongs to it.
    pub(crate) fn instance(&self, item: u32, address: &AbsResourceInstance) -> bool {
        match self.part(item) {
            Part::Left => false,
            Part::Told | Part::Needed => true,
            Part::Named => self.orphan(address),
        }
    }

    /// Whether an instance belongs to it that the configuration does not have.
    pub(crate) fn orphan(&self, address: &AbsResourceInstance) -> bool {
        let named = |targets: &[Target]| targets.iter().any(|t| contains(t, address));
        (self.targets.is_empty() || named(self.targets)) && !named(self.excludes)
    }

    /// Whether an instance is excluded by its address.
    pub(crate) fn excludes(&self, address: &AbsResourceInstance) -> bool {
        self.excludes.iter().any(|t| contains(t, address))
    }

    /// Adds items and all they need.
    pub(crate) fn also(&mut self, order: &Order, items: impl Iterator<Item = u32>) {
        let Some(parts) = &mut self.parts else {
            return;
        };
        for item in items {
            if let Some(part) = parts.get_mut(item as usize).filter(|p| **p == Part::Left) {
                *part = Part::Needed;
            }
        }
        need(order, &order.topological(), parts);
    }

    /// The resource items that are named, or not excluded.
    fn named(&self, config: &Config, order: &Order) -> Vec<Part> {
        let mut parts = vec![Part::Left; order.items.len()];
        let excluded = excluded(config, order, self.excludes);
        for (item, part) in parts.iter_mut().enumerate() {
            let Some((path, address)) = resource(config, order, item) else {
                continue;
            };
            let target = |t: &Target| generalised(t, path, address);
            let named = self.targets.is_empty() || self.targets.iter().any(target);
            if named && !excluded.get(item).copied().unwrap_or(false) {
                *part = Part::Named;
            }
        }
        parts
    }

    /// Which of the objects in a state a destroy plan destroys: what is named
    /// with all that depends on it, or what is not excluded and not needed by
    /// what is.
    pub(crate) fn doomed(&self, state: &State) -> Option<HashSet<AbsResourceInstance>> {
        if self.is_whole() {
            return None;
        }
        let (targets, excludes) = (self.targets, self.excludes);
        let mut doomed = match targets.is_empty() {
            true => instances(state).collect(),
            false => with_dependents(state, &|a| targets.iter().any(|t| contains(t, a))),
        };
        if !excludes.is_empty() {
            let kept = with_dependencies(state, &|a| excludes.iter().any(|t| contains(t, a)));
            doomed.retain(|address| !kept.contains(address));
        }
        Some(doomed)
    }

    /// What is to be said about a plan that is not about everything.
    pub(crate) fn warn_of_plan(&self, diagnostics: &mut Diagnostics) {
        let detail = match (self.is_whole(), self.excludes.is_empty()) {
            (true, _) => return,
            (_, true) => {
                "You are creating a plan with the -target option, which means that the result of this plan may not represent all of the changes requested by the current configuration.\n\nThe -target option is not for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Terraform specifically suggests to use it as part of an error message."
            }
            _ => {
                "You are creating a plan with either the -target option or the -exclude option, which means that the result of this plan may not represent all of the changes requested by the current configuration.\n\nThe -target and -exclude options are not for routine use, and are provided only for exceptional situations such as recovering from errors or mistakes."
            }
        };
        diagnostics.push(warning(IN_EFFECT, detail));
    }

    /// What is to be said when such a plan was applied.
    pub(crate) fn warn_of_apply(&self, diagnostics: &mut Diagnostics) {
        let detail = match (self.is_whole(), self.excludes.is_empty()) {
            (true, _) => return,
            (_, true) => {
                "The plan was created with the -target option in effect, so some changes requested in the configuration may have been ignored and the output values may not be fully updated. Run the following command to verify that no other changes are pending:\n    terraform plan\n\nNote that the -target option is not suitable for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Terraform specifically suggests to use it as part of an error message."
            }
            _ => {
                "The plan was created with the -target or the -exclude option in effect, so some changes requested in the configuration may have been ignored and the output values may not be fully updated. Run the following command to verify that no other changes are pending:\n    terraform plan\n\nNote that the -target and -exclude options are not suitable for routine use, and are provided only for exceptional situations such as recovering from errors or mistakes."
            }
        };
        diagnostics.push(warning("Applied changes may be incomplete", detail));
    }

    /// Refuses to leave out what was moved: both ends of a move, from and to,
    /// must be meant.
    pub(crate) fn check_moves<'m>(
        &self,
        moves: impl Iterator<Item = (&'m AbsResourceInstance, &'m AbsResourceInstance)>,
    ) -> Option<Diagnostic> {
        if self.is_whole() {
            return None;
        }
        let ends = moves.flat_map(|(from, to)| [from, to]);
        let mut missing: Vec<&AbsResourceInstance> =
            ends.filter(|address| !self.orphan(address)).collect();
        missing.sort_by(|a, b| addresses(a, b));
        missing.dedup();
        if missing.is_empty() {
            return None;
        }
        let detail = match self.excludes.is_empty() {
            true => {
                let mut options: Vec<String> = missing
                    .iter()
                    .map(|address| format!("\n  -target={:?}", address.resource.to_string()))
                    .collect();
                options.dedup();
                format!(
                    "Resource instances in your current state have moved to new addresses in the latest configuration. Terraform must include those resource instances while planning in order to ensure a correct result, but your -target=... options do not fully cover all of those resource instances.\n\nTo create a valid plan, either remove your -target=... options altogether or add the following additional target options:{}\n\nNote that adding these options may include further additional resource instances in your plan, in order to respect object dependencies.",
                    options.concat()
                )
            }
            false => {
                let names = missing.iter().map(|address| format!("\n  {address}"));
                format!(
                    "Resource instances in your current state have moved to new addresses in the latest configuration. Terraform must include those resource instances while planning in order to ensure a correct result, but your -exclude=... options leave out some of them:{}\n\nTo create a valid plan, remove the -exclude=... options that name these resource instances.",
                    names.collect::<String>()
                )
            }
        };
        let summary = "Moved resource instances excluded by targeting";
        Some(Diagnostic::without_place(Severity::Error, summary, detail))
    }
}

fn warning(summary: &str, detail: &str) -> Diagnostic {
    Diagnostic::without_place(Severity::Warning, summary, detail)
}

fn resource<'c>(
    config: &'c Config,
    order: &Order,
    item: usize,
) -> Option<(&'c ModulePath, &'c Resource)> {
    let id = order.items.get(item)?;
    let Item::Resource(index) = id.item else {
        return None;
    };
    let node = config.node(id.node);
    let (address, _) = node.module.resources.get_index(index)?;
    Some((&node.path, address))
}

/// Whether an address names an instance.
fn contains(target: &Target, address: &AbsResourceInstance) -> bool {
    match target {
        Target::Instance(instance) => instance == address,
        Target::Resource(resource) => *resource == address.resource,
        Target::Module(module) => {
            let steps = &address.resource.module.0;
            let Some((last, outer)) = module.0.split_last() else {
                return true;
            };
            let Some((own, inside)) = steps.get(..module.0.len()).and_then(|s| s.split_last())
            else {
                return false;
            };
            inside == outer && own.0 == last.0 && (last.1.is_none() || own.1 == last.1)
        }
    }
}

/// Whether an address, its keys left out, names a resource.
fn generalised(target: &Target, path: &ModulePath, address: &Resource) -> bool {
    let module = target.module().path();
    match target.resource() {
        Some(resource) => module == *path && resource.resource == *address,
        None => path.0.starts_with(&module.0),
    }
}

fn has_keys(target: &Target) -> bool {
    let in_module = target.module().0.iter().any(|(_, key)| key.is_some());
    in_module || matches!(target, Target::Instance(_))
}

/// The items that are excluded as a whole, and what depends on items that are
/// excluded as a whole or in part.
fn excluded(config: &Config, order: &Order, excludes: &[Target]) -> Vec<bool> {
    let mut whole = vec![false; order.items.len()];
    if excludes.is_empty() {
        return whole;
    }
    // Of each item, which excludes it depends on.
    let mut touched: Vec<Vec<usize>> = vec![Vec::new(); order.items.len()];
    for item in order.topological() {
        let mut upstream: Vec<usize> = Vec::new();
        for dependency in &order.dependencies[item as usize] {
            upstream.extend(&touched[*dependency as usize]);
        }
        upstream.sort_unstable();
        upstream.dedup();
        if let Some((path, address)) = resource(config, order, item as usize) {
            // Instances of the same module with other keys are not meant.
            let beside = |exclude: &Target| {
                has_keys(exclude) && path.0.starts_with(&exclude.module().path().0) && {
                    !exclude.module().0.is_empty()
                }
            };
            let own = |exclude: &Target| generalised(exclude, path, address);
            whole[item as usize] = excludes.iter().any(|e| own(e) && !has_keys(e))
                || upstream.iter().any(|index| !beside(&excludes[*index]));
            upstream.extend((0..excludes.len()).filter(|index| own(&excludes[*index])));
            upstream.sort_unstable();
            upstream.dedup();
        }
        touched[item as usize] = upstream;
    }
    whole
}

/// Adds all that the items so far need.
fn need(order: &Order, topological: &[u32], parts: &mut [Part]) {
    for item in topological.iter().rev() {
        if parts[*item as usize] == Part::Left {
            continue;
        }
        for dependency in &order.dependencies[*item as usize] {
            let part = &mut parts[*dependency as usize];
            if *part == Part::Left {
                *part = Part::Needed;
            }
        }
    }
}

/// Adds the outputs of the root module that come from nothing but what is
/// meant, and what they need.
fn keep_outputs(config: &Config, order: &Order, topological: &[u32], parts: &mut [Part]) {
    // Whether there are resources behind an item, and whether all are meant.
    let mut behind = vec![(false, true); order.items.len()];
    for item in topological {
        let mut found = (false, true);
        for dependency in &order.dependencies[*item as usize] {
            let (any, all) = behind[*dependency as usize];
            let own = resource(config, order, *dependency as usize).is_some();
            found.0 |= any || own;
            found.1 &= all && (!own || parts[*dependency as usize] != Part::Left);
        }
        behind[*item as usize] = found;
    }
    let before = parts.to_vec();
    for (index, id) in order.items.iter().enumerate() {
        let root_output = matches!(id.item, Item::Output(_)) && id.node == config.root();
        if root_output && behind[index] == (true, true) {
            parts[index] = Part::Needed;
        }
    }
    need(order, topological, parts);
    for (part, before) in parts.iter_mut().zip(before) {
        if before == Part::Left && *part == Part::Needed {
            *part = Part::Told;
        }
    }
}

fn instances(state: &State) -> impl Iterator<Item = AbsResourceInstance> + '_ {
    state.resources.iter().flat_map(|(address, resource)| {
        let keys = resource.instances.keys();
        keys.map(|key| AbsResourceInstance {
            resource: address.clone(),
            key: key.clone(),
        })
    })
}

/// The configuration addresses each instance depends on.
fn stored_dependencies<'s>(
    state: &'s State,
    address: &AbsResourceInstance,
) -> impl Iterator<Item = &'s Str> {
    let instance = state.instance(&address.resource, &address.key);
    let objects = instance.into_iter().flat_map(|instance| {
        let deposed = instance.deposed.values();
        instance.current.iter().chain(deposed)
    });
    objects.flat_map(|object| object.dependencies.iter())
}

/// What is named, with all that depends on it. States tell configuration addresses; within a
/// module its instances mean their own: what is in another one does not depend on it.
fn with_dependents(
    state: &State,
    named: &dyn Fn(&AbsResourceInstance) -> bool,
) -> HashSet<AbsResourceInstance> {
    let mut dependents: HashMap<(Str, Option<ModuleInstance>), Vec<AbsResourceInstance>> =
        HashMap::new();
    for address in instances(state) {
        let module = &address.resource.module;
        for dependency in stored_dependencies(state, &address) {
            let own = is_in(dependency, module).then(|| module.clone());
            let list = dependents.entry((dependency.clone(), own)).or_default();
            list.push(address.clone());
        }
    }
    let mut pending: Vec<_> = instances(state).filter(|a| named(a)).collect();
    let mut found = HashSet::new();
    while let Some(address) = pending.pop() {
        let name = config_address(&address.resource);
        let module = address.resource.module.clone();
        if found.insert(address) {
            for place in [None, Some(module)] {
                pending.extend(
                    dependents
                        .remove(&(name.clone(), place))
                        .unwrap_or_default(),
                );
            }
        }
    }
    found
}

/// Whether a configuration address is one of a resource in this very module.
fn is_in(address: &str, module: &ModuleInstance) -> bool {
    module_of(address) == module.path().to_string()
}

/// The module that a configuration address names; nothing for the root module.
pub(crate) fn module_of(address: &str) -> &str {
    let mut rest = address;
    while let Some(call) = rest.strip_prefix("module.") {
        rest = call.split_once('.').map_or("", |(_, rest)| rest);
    }
    let module = &address[..address.len() - rest.len()];
    module.trim_end_matches('.')
}

fn with_dependencies(
    state: &State,
    named: &dyn Fn(&AbsResourceInstance) -> bool,
) -> HashSet<AbsResourceInstance> {
    let mut found: HashSet<_> = instances(state).filter(|a| named(a)).collect();
    let needed: HashSet<&Str> = found
        .iter()
        .flat_map(|address| stored_dependencies(state, address))
        .collect();
    let more = instances(state).filter(|a| needed.contains(&config_address(&a.resource)));
    found.extend(more);
    found
}

/// The address of a resource in the configuration.
pub(crate) fn config_address(resource: &AbsResource) -> Str {
    match resource.module.0.is_empty() {
        true => Str::from(resource.resource.to_string()),
        false => Str::from(format!("{}.{}", resource.module.path(), resource.resource)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_what_comes_before_the_resource() {
        let cases = [
            ("aws_instance.a", ""),
            ("data.aws_ami.a", ""),
            ("module.m.aws_instance.a", "module.m"),
            (
                "module.data.module.n.data.aws_ami.a",
                "module.data.module.n",
            ),
        ];
        for (address, module) in cases {
            assert_eq!(module_of(address), module, "{address}");
        }
    }
}
