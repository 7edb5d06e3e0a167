//! What cannot be planned before something else is applied.
//!
//! A resource waits where its `count` or `for_each`, that of its module or the
//! configuration of its provider is not known, and where something it refers
//! to waits. Everything else is planned in full.

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};
use trueup_value::Str;

use super::{Mode, parse_provider, walk::Walk};
use crate::{
    address::{AbsResource, ModuleInstance, ResourceMode},
    evaluate::ModuleScope,
    load::NodeId,
    validate::{Item, ItemId},
};

/// Why a resource cannot be planned yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeferredReason {
    /// Its `count` is not known.
    Count,
    /// Its `for_each` is not known.
    ForEach,
    /// How many instances there are of its module is not known.
    Module,
    /// The configuration of its provider is not known.
    Provider,
    /// Something it refers to is deferred.
    Prerequisite,
}

/// A resource that cannot be planned before something else is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Deferred {
    /// The resource.
    pub resource: AbsResource,
    /// The provider configuration, as the state writes it.
    pub provider: Str,
    /// Why it has to wait.
    pub reason: DeferredReason,
    /// The configuration addresses of the resources it waits for.
    pub waits_for: Vec<Str>,
}

impl DeferredReason {
    /// The word of the plan format.
    pub fn word(self) -> &'static str {
        match self {
            DeferredReason::Count | DeferredReason::ForEach | DeferredReason::Module => {
                "instance_count_unknown"
            }
            DeferredReason::Provider => "provider_config_unknown",
            DeferredReason::Prerequisite => "deferred_prereq",
        }
    }

    /// Why, after "because".
    pub fn because(self) -> &'static str {
        match self {
            DeferredReason::Count => "count depends on values not yet known",
            DeferredReason::ForEach => "for_each depends on values not yet known",
            DeferredReason::Module => "the instances of its module are not yet known",
            DeferredReason::Provider => {
                "the configuration of its provider depends on values not yet known"
            }
            DeferredReason::Prerequisite => "it depends on something that was deferred",
        }
    }
}

/// The list of what was deferred, as `deferred_changes` of a plan has it.
pub fn deferred_json(deferred: &[Deferred]) -> Json {
    Json::Array(deferred.iter().map(one_json).collect())
}

fn one_json(deferred: &Deferred) -> Json {
    let AbsResource { module, resource } = &deferred.resource;
    let mut change = Map::new();
    change.insert("address".into(), json!(deferred.resource.to_string()));
    if !module.0.is_empty() {
        change.insert("module_address".into(), json!(module.to_string()));
    }
    let (mode, action) = match resource.mode {
        ResourceMode::Data => ("data", "read"),
        _ => ("managed", "create"),
    };
    change.insert("mode".into(), json!(mode));
    change.insert("type".into(), json!(resource.kind.as_str()));
    change.insert("name".into(), json!(resource.name.as_str()));
    let provider = parse_provider(&deferred.provider);
    let provider = provider.map_or_else(String::new, |(_, source, _)| source.to_string());
    change.insert("provider_name".into(), json!(provider));
    change.insert(
        "change".into(),
        json!({
            "actions": [action], "before": null, "after": {}, "after_unknown": true,
            "before_sensitive": false, "after_sensitive": {},
        }),
    );
    json!({ "reason": deferred.reason.word(), "resource_change": change })
}

impl Walk<'_> {
    /// Defers an item if it has to wait; true then.
    pub(super) fn waits(&self, item: u32, id: ItemId) -> bool {
        if self.options.mode != Mode::Normal || !self.has_stalled_dependency(item) {
            return false;
        }
        match id.item {
            Item::Resource(index) => {
                let reason = self.why_it_waits(item);
                let scopes = self.evaluation.instances(id.node);
                for scope in &scopes {
                    self.defer(item, &scope.address, id.node, index, reason);
                }
                if scopes.is_empty() {
                    let path = &self.stack.config.node(id.node).path;
                    let steps = path.0.iter().map(|name| (name.clone(), None));
                    let module = ModuleInstance(steps.collect());
                    self.defer(item, &module, id.node, index, reason);
                }
                true
            }
            Item::Import(_) => {
                self.stall(item, DeferredReason::Prerequisite);
                true
            }
            _ => false,
        }
    }

    /// Lets what depends on an item wait, if that still has to after the item
    /// was evaluated.
    pub(super) fn pass_on(&self, item: u32, id: ItemId) {
        if !self.has_stalled_dependency(item) {
            return;
        }
        let known = |scope: &ModuleScope| scope.is_known(id.item);
        let waits = match id.item {
            Item::Call(_) | Item::Close => true,
            Item::Variable(_) | Item::Local(_) | Item::Output(_) => {
                let scopes = self.evaluation.instances(id.node);
                scopes.is_empty() || !scopes.iter().all(|scope| known(scope))
            }
            _ => false,
        };
        if waits {
            let reason = match id.item {
                Item::Call(_) => self.why_it_waits(item),
                _ => DeferredReason::Prerequisite,
            };
            self.stall(item, reason);
        }
    }

    pub(super) fn stall(&self, item: u32, reason: DeferredReason) {
        self.stalled.borrow_mut().insert(item, reason);
    }

    fn has_stalled_dependency(&self, item: u32) -> bool {
        let stalled = self.stalled.borrow();
        let mut dependencies = self.order.dependencies[item as usize].iter();
        !stalled.is_empty() && dependencies.any(|d| stalled.contains_key(d))
    }

    /// The reason that lies nearest.
    fn why_it_waits(&self, item: u32) -> DeferredReason {
        let stalled = self.stalled.borrow();
        let dependencies = self.order.dependencies[item as usize].iter();
        let mut direct = dependencies.filter_map(|d| {
            let reason = *stalled.get(d)?;
            match (self.order.items.get(*d as usize)?.item, reason) {
                (Item::Call(_), DeferredReason::Module) => Some(DeferredReason::Module),
                (Item::Provider(_), _) => Some(DeferredReason::Provider),
                _ => None,
            }
        });
        direct.next_back().unwrap_or(DeferredReason::Prerequisite)
    }

    pub(super) fn defer(
        &self,
        item: u32,
        module: &ModuleInstance,
        node: NodeId,
        index: usize,
        reason: DeferredReason,
    ) {
        let declared = &self.stack.config.node(node).module.resources;
        let Some((address, _)) = declared.get_index(index) else {
            return;
        };
        let context = self.contexts.borrow().get(&item).cloned();
        self.undecided.borrow_mut().insert(item);
        self.changed.borrow_mut().insert(item);
        let waits_for = self.blockers(item, reason);
        self.stall(item, reason);
        if address.mode == ResourceMode::Ephemeral {
            return;
        }
        self.deferred.borrow_mut().push(Deferred {
            resource: AbsResource {
                module: module.clone(),
                resource: address.clone(),
            },
            provider: context.map_or_else(Str::default, |c| Str::new(&c.provider_address)),
            reason,
            waits_for,
        });
    }

    /// The nearest resources behind an item that are deferred, or whose
    /// changes have to be made first.
    fn blockers(&self, item: u32, reason: DeferredReason) -> Vec<Str> {
        let (changed, stalled) = (self.changed.borrow(), self.stalled.borrow());
        let deferred_only = reason == DeferredReason::Prerequisite;
        let holds = |item: &u32| match deferred_only {
            true => stalled.contains_key(item),
            false => changed.contains(item),
        };
        let mut pending = self.order.dependencies[item as usize].clone();
        let mut seen: HashSet<u32> = HashSet::new();
        let mut names = Vec::new();
        while let Some(item) = pending.pop() {
            if !seen.insert(item) {
                continue;
            }
            match self.dependencies.name(item) {
                Some(name) if holds(&item) => names.push(name.clone()),
                Some(_) => {}
                None => pending.extend(&self.order.dependencies[item as usize]),
            }
        }
        names.sort();
        names
    }
}
