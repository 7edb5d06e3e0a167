//! The order of actions.
//!
//! An object is made after all its resource refers to; it is destroyed after
//! everything that depends on it according to the state is destroyed, and
//! before what it depends on is changed. Where the replacement is created
//! first, the old object goes after all dependents have turned to the new one.
//! What the state says of dependencies counts also where the configuration no
//! longer does: an object is changed after what it once depended on is gone,
//! or before that, if that was created before it was destroyed.

mod hubs;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use trueup_value::Str;

use self::hubs::{Group, Hubs, groups};
use crate::{
    address::{AbsResourceInstance, ModuleInstance, ResourceMode},
    dependencies::Dependencies,
    plan::{Action, Plan, ResourceChange},
    run::{Order, Stack},
    schedule::Schedule,
    selection::config_address,
    state::Object,
    validate::{Item, ItemId},
};

/// What a node of the schedule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The evaluation of an item; of a resource, of its instances' keys.
    Item(u32),
    /// Creating, updating or reading, by index of the change.
    Make(usize),
    /// Destroying, by index of the change.
    Destroy(usize),
    /// Nothing but an order between others.
    Hub,
}

/// What is to be done, in order.
pub(super) struct ApplyGraph {
    pub(super) schedule: Schedule,
    pub(super) nodes: Vec<Node>,
    /// The item of each change that has one.
    pub(super) items: Vec<Option<u32>>,
    /// The changes of each resource item.
    pub(super) changes: HashMap<u32, Vec<usize>>,
    /// The `provider` blocks that destroying needs.
    pub(super) providers: HashSet<u32>,
}

struct Builder<'a> {
    order: &'a Order,
    dependencies: &'a Dependencies,
    schedule: Schedule,
    nodes: Vec<Node>,
    done: u32,
    after: HashMap<u32, u32>,
    hubs: HashMap<Group<'a>, Hubs>,
    by_name: HashMap<Str, u32>,
    dependents: Vec<Vec<u32>>,
    behind_providers: Vec<bool>,
    changing: HashSet<u32>,
    linked: HashSet<(Group<'a>, *const Str)>,
    providers: HashSet<u32>,
    /// The groups of which objects are destroyed.
    destroyed: HashSet<Group<'a>>,
    /// The nodes before and after what changes of objects with the same
    /// stored dependencies.
    stored: HashMap<(Option<&'a ModuleInstance>, *const Str), (u32, u32)>,
    /// The nodes that make current objects, and those that destroy deposed
    /// ones.
    makes: HashMap<&'a AbsResourceInstance, u32>,
    deposed: Vec<(&'a AbsResourceInstance, u32)>,
    /// The nodes before all that an item makes in an instance of its module.
    gates: HashMap<(u32, &'a ModuleInstance), u32>,
    /// Whether those count.
    by_state: bool,
}

impl ApplyGraph {
    pub(super) fn new(
        stack: &Stack<'_>,
        order: &Order,
        plan: &Plan,
        dependencies: &Dependencies,
    ) -> Self {
        let build = |by_state| {
            let mut builder = Builder::new(order, dependencies, by_state);
            let (items, changes) = builder.collect(plan);
            for (index, change) in plan.changes.iter().enumerate() {
                builder.add(stack, index, change, items[index], plan);
            }
            builder.keep_deposed();
            builder.open_gates(plan, &items);
            builder.look_last(stack, plan, &items);
            (builder, items, changes)
        };
        let mut built = build(true);
        if built.0.schedule.has_rings() {
            // The state's order and the configuration's contradict each other.
            built = build(false);
        }
        let (builder, items, changes) = built;
        ApplyGraph {
            schedule: builder.schedule,
            nodes: builder.nodes,
            items,
            changes,
            providers: builder.providers,
        }
    }
}

impl<'a> Builder<'a> {
    /// Notes what changes and what is destroyed. Returns the item of each
    /// change, and the changes of each item.
    fn collect(&mut self, plan: &'a Plan) -> (Vec<Option<u32>>, HashMap<u32, Vec<usize>>) {
        let mut items = Vec::with_capacity(plan.changes.len());
        let mut changes: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, change) in plan.changes.iter().enumerate() {
            let name = config_address(&change.address.resource);
            let item = self.by_name.get(&name).copied();
            items.push(item);
            if let Some(item) = item.filter(|_| change.action != Action::Delete) {
                changes.entry(item).or_default().push(index);
                if change.action != Action::NoOp {
                    self.changing.insert(item);
                }
            }
            if destroys(change.action) {
                self.destroyed.extend(groups(&name, &change.address));
            }
        }
        (items, changes)
    }

    fn new(order: &'a Order, dependencies: &'a Dependencies, by_state: bool) -> Self {
        let count = u32::try_from(order.items.len()).unwrap_or(u32::MAX);
        let mut schedule = Schedule::new(order.items.len() * 2);
        let mut dependents = vec![Vec::new(); order.items.len()];
        let mut by_name = HashMap::new();
        for (item, before) in (0..).zip(&order.dependencies) {
            schedule.edge(item, count + item);
            for dependency in before {
                schedule.edge(count + dependency, item);
                dependents[*dependency as usize].push(item);
            }
            if let Some(name) = dependencies.name(item) {
                by_name.insert(name.clone(), item);
            }
        }
        let mut nodes: Vec<Node> = (0..count).map(Node::Item).collect();
        nodes.resize(order.items.len() * 2, Node::Hub);
        Builder {
            order,
            dependencies,
            schedule,
            nodes,
            done: count,
            after: HashMap::new(),
            hubs: HashMap::new(),
            by_name,
            dependents,
            behind_providers: behind_providers(order),
            changing: HashSet::new(),
            linked: HashSet::new(),
            providers: HashSet::new(),
            destroyed: HashSet::new(),
            stored: HashMap::new(),
            makes: HashMap::new(),
            deposed: Vec::new(),
            gates: HashMap::new(),
            by_state,
        }
    }

    fn node(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        self.schedule.add()
    }

    fn add(
        &mut self,
        stack: &Stack<'_>,
        index: usize,
        change: &'a ResourceChange,
        item: Option<u32>,
        plan: &Plan,
    ) {
        let make = match (change.action, item) {
            (Action::NoOp | Action::Delete | Action::Forget, _) | (_, None) => None,
            (_, Some(item)) => {
                let make = self.node(Node::Make(index));
                self.schedule.edge(item, make);
                self.schedule.edge(make, self.done + item);
                Some(make)
            }
        };
        if let (Some(make), Some(item)) = (make, item) {
            if !self.destroyed.is_empty() {
                let stored = object(plan, change).map(|object| Arc::clone(&object.dependencies));
                let depends = stored.unwrap_or_else(|| self.dependencies.of(item));
                self.as_stored(make, item, &change.address, &depends);
            }
            self.makes.insert(&change.address, make);
        }
        if !destroys(change.action) {
            return;
        }
        let destroy = self.node(Node::Destroy(index));
        if change.deposed.is_some() {
            self.deposed.push((&change.address, destroy));
        }
        let name = config_address(&change.address.resource);
        let first = change.action == Action::CreateThenDelete;
        let late = first || (self.by_state && is_late(change, object(plan, change)));
        // A deposed object that waits for a new one, which waits for what
        // depends on the deposed one being gone, holds nobody up.
        let aside = change.deposed.is_some() && !self.by_state;
        for group in groups(&name, &change.address) {
            self.surround(group, destroy, late, aside);
        }
        if let Some(provider) = self.order.provider_of_state(stack, &change.provider) {
            self.providers.insert(provider);
            self.schedule.edge(self.done + provider, destroy);
        }
        if let Some(make) = make {
            match first {
                true => {
                    self.schedule.edge(make, destroy);
                    // Who needs the old object is known from the state.
                    if let Some(item) = item.filter(|_| !self.by_state) {
                        let after = self.after(item);
                        self.schedule.edge(after, destroy);
                    }
                }
                false => self.schedule.edge(destroy, make),
            }
        }
        if let Some(object) = object(plan, change).filter(|_| !aside) {
            for group in groups(&name, &change.address) {
                self.link(group, &object.dependencies);
            }
        }
    }

    /// A deposed object stays until there is a new current one.
    fn keep_deposed(&mut self) {
        for (address, destroy) in std::mem::take(&mut self.deposed) {
            if let Some(make) = self.makes.get(address) {
                self.schedule.edge(*make, destroy);
            }
        }
    }

    /// What checks look at, they look at once all objects are made.
    fn look_last(&mut self, stack: &Stack<'_>, plan: &Plan, items: &[Option<u32>]) {
        let (mut reads, mut makes) = (Vec::new(), Vec::new());
        for (position, node) in (0..).zip(&self.nodes) {
            let Node::Make(index) = node else {
                continue;
            };
            if plan.changes[*index].address.resource.resource.mode == ResourceMode::Managed {
                makes.push(position);
            } else if items[*index].is_some_and(|item| is_of_check(stack, self.order, item)) {
                reads.push(position);
            }
        }
        if reads.is_empty() || makes.is_empty() {
            return;
        }
        let done = self.node(Node::Hub);
        for make in makes {
            self.schedule.edge(make, done);
        }
        for read in reads {
            self.schedule.edge(done, read);
        }
    }

    /// A node after all that depends on an item is done.
    fn after(&mut self, item: u32) -> u32 {
        if let Some(after) = self.after.get(&item) {
            return *after;
        }
        // Made for all items at once, so that long chains need no recursion.
        let made: Vec<u32> = (0..self.order.items.len())
            .map(|_| self.node(Node::Hub))
            .collect();
        for (item, after) in (0..).zip(&made) {
            self.after.insert(item, *after);
            for dependent in std::mem::take(&mut self.dependents[item as usize]) {
                self.schedule.edge(self.done + dependent, *after);
                if let Some(later) = made.get(dependent as usize) {
                    self.schedule.edge(*later, *after);
                }
            }
        }
        made.get(item as usize).copied().unwrap_or(self.done + item)
    }
}

/// Items that a provider's configuration refers to, directly or not: a
/// provider must be ready to destroy, so these cannot wait for that.
fn behind_providers(order: &Order) -> Vec<bool> {
    let provider = |id: &ItemId| matches!(id.item, Item::Provider(_));
    let mut flags: Vec<bool> = order.items.iter().map(provider).collect();
    for item in order.topological().into_iter().rev() {
        if flags[item as usize] {
            for dependency in &order.dependencies[item as usize] {
                flags[*dependency as usize] = true;
            }
        }
    }
    flags
}

/// Whether a resource is the data source of a check.
fn is_of_check(stack: &Stack<'_>, order: &Order, item: u32) -> bool {
    let Some(ItemId {
        node,
        item: Item::Resource(index),
    }) = order.items.get(item as usize)
    else {
        return false;
    };
    let resources = &stack.config.node(*node).module.resources;
    let resource = resources.get_index(*index);
    resource.is_some_and(|(_, resource)| resource.check.is_some())
}

fn destroys(action: Action) -> bool {
    matches!(
        action,
        Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete | Action::Forget
    )
}

/// Whether an object that is only destroyed goes after what depended on it
/// has changed.
fn is_late(change: &ResourceChange, object: Option<&Arc<Object>>) -> bool {
    let first = || object.is_some_and(|object| object.create_before_destroy);
    change.action == Action::Delete && (change.deposed.is_some() || first())
}

/// The object a change destroys.
pub(super) fn object<'a>(plan: &'a Plan, change: &ResourceChange) -> Option<&'a Arc<Object>> {
    let address = &change.address;
    let instance = plan.prior.instance(&address.resource, &address.key)?;
    match &change.deposed {
        None => instance.current.as_ref(),
        Some(key) => instance.deposed.get(key),
    }
}
