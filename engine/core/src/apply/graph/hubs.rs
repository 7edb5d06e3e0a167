//! What is destroyed together, as others see it.
//!
//! Who waits for the destruction of a resource's objects waits for nodes around
//! it, so that there are no edges between all objects of two resources. In the
//! same module an instance of it waits only for its own objects: what happens
//! to those in other instances is not its affair.

use std::sync::Arc;

use trueup_value::Str;

use super::{Builder, Node};
use crate::{
    address::{AbsResourceInstance, ModuleInstance},
    plan::Plan,
    selection::module_of,
};

/// The objects of a resource, or those of them in one instance of its module.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Group<'a> {
    name: Str,
    module: Option<&'a ModuleInstance>,
}

/// The nodes around the destruction of a group.
#[derive(Clone, Copy)]
pub(super) struct Hubs {
    start: u32,
    /// The end of destructions that come before creations.
    before: u32,
    /// The end of those that come after.
    after: u32,
    /// The end of all that comes before those.
    turned: u32,
}

/// The groups an object of the resource `name` is in. All instances of the root
/// module are one.
pub(super) fn groups<'a>(
    name: &Str,
    address: &'a AbsResourceInstance,
) -> impl Iterator<Item = Group<'a>> + use<'a> {
    let all = Group {
        name: name.clone(),
        module: None,
    };
    let own = inner(&address.resource.module).map(|module| Group {
        name: name.clone(),
        module: Some(module),
    });
    std::iter::once(all).chain(own)
}

fn inner(module: &ModuleInstance) -> Option<&ModuleInstance> {
    (!module.0.is_empty()).then_some(module)
}

impl<'a> Builder<'a> {
    fn hubs(&mut self, group: &Group<'a>) -> Hubs {
        if let Some(hubs) = self.hubs.get(group) {
            return *hubs;
        }
        let hubs = Hubs {
            start: self.node(Node::Hub),
            before: self.node(Node::Hub),
            after: self.node(Node::Hub),
            turned: self.node(Node::Hub),
        };
        self.hubs.insert(group.clone(), hubs);
        hubs
    }

    /// Puts a destruction into its group. Nobody waits for what is `aside`.
    pub(super) fn surround(&mut self, group: Group<'a>, destroy: u32, late: bool, aside: bool) {
        let hubs = self.hubs(&group);
        self.schedule.edge(hubs.start, destroy);
        if !aside {
            let end = if late { hubs.after } else { hubs.before };
            self.schedule.edge(destroy, end);
        }
        if late {
            self.schedule.edge(hubs.turned, destroy);
        }
    }

    /// Puts the change of an object in order with the destruction of what it
    /// depended on when it was stored; of a new one, what it depends on.
    pub(super) fn as_stored(
        &mut self,
        make: u32,
        item: u32,
        address: &'a AbsResourceInstance,
        depends: &Arc<[Str]>,
    ) {
        if !self.by_state || self.behind_providers[item as usize] {
            return;
        }
        let module = inner(&address.resource.module);
        let Some(name) = self.dependencies.name(item).filter(|_| !depends.is_empty()) else {
            return;
        };
        let own = module_of(name);
        let groups = depends.iter().map(|dependency| Group {
            name: dependency.clone(),
            module: module.filter(|_| module_of(dependency) == own),
        });
        let gone: Vec<Group<'a>> = groups
            .filter(|group| self.destroyed.contains(group))
            .collect();
        if gone.is_empty() {
            return;
        }
        let shared = (module, depends.as_ptr());
        let (before, after) = match self.stored.get(&shared) {
            Some(known) => *known,
            None => {
                let nodes = (self.node(Node::Hub), self.node(Node::Hub));
                self.stored.insert(shared, nodes);
                for group in &gone {
                    let hubs = self.hubs(group);
                    self.schedule.edge(hubs.before, nodes.0);
                    self.schedule.edge(nodes.1, hubs.turned);
                }
                nodes
            }
        };
        self.schedule.edge(before, make);
        self.schedule.edge(make, after);
    }

    /// Lets what the objects of a group depend on wait for their destruction:
    /// what is in the same module for those in one instance of it, all else
    /// for all of them.
    pub(super) fn link(&mut self, group: Group<'a>, dependencies: &Arc<[Str]>) {
        if dependencies.is_empty() || !self.linked.insert((group.clone(), dependencies.as_ptr())) {
            return;
        }
        let hubs = self.hubs(&group);
        let own = module_of(&group.name);
        for dependency in dependencies.iter().filter(|name| **name != group.name) {
            let among = !own.is_empty() && module_of(dependency) == own;
            if among != group.module.is_some() {
                continue;
            }
            let upstream = self.hubs(&Group {
                name: dependency.clone(),
                module: group.module,
            });
            self.schedule.edge(hubs.before, upstream.start);
            self.schedule.edge(hubs.after, upstream.start);
            let Some(item) = self.by_name.get(dependency).copied() else {
                continue;
            };
            if self.changing.contains(&item) && !self.behind_providers[item as usize] {
                let changes = match group.module {
                    Some(module) => self.gate(item, module),
                    None => item,
                };
                self.schedule.edge(hubs.before, changes);
            }
        }
    }

    fn gate(&mut self, item: u32, module: &'a ModuleInstance) -> u32 {
        if let Some(gate) = self.gates.get(&(item, module)) {
            return *gate;
        }
        let gate = self.node(Node::Hub);
        self.gates.insert((item, module), gate);
        gate
    }

    /// Lets what is made wait for the gates before it.
    pub(super) fn open_gates(&mut self, plan: &'a Plan, items: &[Option<u32>]) {
        if self.gates.is_empty() {
            return;
        }
        for (change, item) in plan.changes.iter().zip(items) {
            let module = &change.address.resource.module;
            if let Some(item) = item
                && let Some(gate) = self.gates.get(&(*item, module))
                && let Some(make) = self.makes.get(&change.address)
            {
                self.schedule.edge(*gate, *make);
            }
        }
    }
}
