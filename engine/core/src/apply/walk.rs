//! The walk that applies.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
    task::Context,
};

use trueup_state::journal::Journal;
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Marks, Str, Type, Value};

use super::{
    change::without_unknown,
    deferred::DeferredItems,
    graph::{ApplyGraph, Node},
    ledger::Ledger,
};
use crate::{
    address::{AbsResource, AbsResourceInstance, ModuleInstance, ResourceMode},
    dependencies::Dependencies,
    ephemeral::Ephemerals,
    evaluate::{Evaluation, ModuleScope},
    load::NodeId,
    plan::{Action, Conditions, Mode, Plan, Values, create_before_destroy, halted},
    progress::{ObjectRef, Watch},
    run::{Order, ProviderKey, Providers, ResourceContext, Stack},
    running::{Next, Running},
    schedule::{Outcome, Queue, Ready, Schedule},
    selection::{Selection, config_address},
    state::State,
    validate::{Item, ItemId},
};

/// An apply under way.
pub(super) struct Walk<'a> {
    pub(super) stack: Stack<'a>,
    pub(super) plan: &'a Plan,
    pub(super) order: &'a Order,
    pub(super) evaluation: &'a Evaluation<'a>,
    pub(super) providers: &'a Providers<'a>,
    pub(super) dependencies: &'a Dependencies,
    pub(super) ledger: Ledger<'a>,
    pub(super) watch: Watch<'a>,
    pub(super) contexts: HashMap<u32, Rc<ResourceContext<'a>>>,
    pub(super) create_before_destroy: Vec<bool>,
    pub(super) items: Vec<Option<u32>>,
    changes: HashMap<u32, Vec<usize>>,
    pub(super) state: RefCell<State>,
    pub(super) conditions: Conditions,
    diagnostics: RefCell<Diagnostics>,
    scopes: RefCell<HashMap<ModuleInstance, Rc<ModuleScope>>>,
    selection: Selection<'a>,
    deferred: DeferredItems,
    ephemerals: Ephemerals<'a>,
    /// The items that what is done depends on.
    needed: Vec<bool>,
}

/// Does what `plan` says, at most `parallelism` operations at a time, and
/// returns the state that led to, also after errors. Every action and what
/// came of it goes to the journal.
///
/// The stack must be the one the plan was made for.
pub async fn apply(
    stack: Stack<'_>,
    plan: &Plan,
    journal: Option<&Journal>,
    parallelism: usize,
    watch: Watch<'_>,
) -> (State, Diagnostics) {
    let providers = Providers::new(stack);
    apply_with(stack, plan, journal, parallelism, watch, &providers).await
}

/// The same with providers that may be configured already, and are afterwards.
pub(crate) async fn apply_with(
    stack: Stack<'_>,
    plan: &Plan,
    journal: Option<&Journal>,
    parallelism: usize,
    watch: Watch<'_>,
    providers: &Providers<'_>,
) -> (State, Diagnostics) {
    let order = Order::new(&stack);
    let evaluation = stack.evaluation();
    let dependencies = Dependencies::new(&stack, &order);
    let graph = ApplyGraph::new(&stack, &order, plan, &dependencies);
    let mut selection = Selection::new(&stack, &order, &plan.targets, &plan.excludes);
    selection.also(&order, graph.providers.iter().copied());
    let mut walk = Walk {
        stack,
        plan,
        evaluation: &evaluation,
        providers,
        dependencies: &dependencies,
        ledger: Ledger::new(journal),
        watch,
        contexts: HashMap::new(),
        create_before_destroy: create_before_destroy(&stack, &order, |_| true),
        order: &order,
        items: graph.items,
        changes: graph.changes,
        state: RefCell::new(plan.prior.clone()),
        conditions: Conditions::again(stack.config, &plan.checks),
        diagnostics: RefCell::default(),
        scopes: RefCell::default(),
        selection,
        deferred: DeferredItems::new(&plan.deferred),
        ephemerals: Ephemerals::new(watch, stack.schemas.clock()),
        needed: Vec::new(),
    };
    walk.needed = walk.needed();
    walk.evaluation.set_applying();
    walk.prepare().await;
    walk.report_imports();
    walk.run(graph.schedule, &graph.nodes, parallelism.max(1))
        .await;
    walk.look_into_mirrors(parallelism.max(1)).await;
    let found = walk.ephemerals.close().await;
    walk.report(found);
    walk.finish()
}

impl Walk<'_> {
    async fn prepare(&mut self) {
        let mut keys: Vec<ProviderKey> = Vec::new();
        for (position, id) in (0..).zip(&self.order.items) {
            let Item::Resource(index) = id.item else {
                continue;
            };
            if let Some(context) = self.stack.context(id.node, index) {
                keys.push(context.key.clone());
                self.contexts.insert(position, Rc::new(context));
            }
        }
        let destroyed = self
            .plan
            .changes
            .iter()
            .filter(|c| c.action == Action::Delete);
        let mut texts: Vec<&str> = destroyed.map(|change| change.provider.as_ref()).collect();
        texts.sort_unstable();
        texts.dedup();
        keys.extend(
            texts
                .into_iter()
                .filter_map(|text| self.stack.provider_of_state(text)),
        );
        keys.sort();
        keys.dedup();
        let found = self.providers.configure_implied(keys.into_iter()).await;
        self.report(found);
    }

    /// Imported objects are in the state already.
    fn report_imports(&self) {
        for change in &self.plan.changes {
            if let Some(id) = &change.importing {
                let subject = ObjectRef::current(&change.address);
                self.watch.observer.import_applied(subject, id);
            }
        }
    }

    pub(super) fn report(&self, found: Diagnostics) {
        self.diagnostics.borrow_mut().extend(found);
    }

    async fn run(&self, mut schedule: Schedule, nodes: &[Node], parallelism: usize) {
        schedule.start(|node| self.cost(nodes.get(node as usize)));
        let mut waiting = Queue::default();
        let mut running = Running::new(self.stack.schemas.slots(), parallelism);
        let mut held = HashSet::new();
        let kind = |node: u32| nodes.get(node as usize).copied().unwrap_or(Node::Hub);
        loop {
            while let Some(ready) = schedule.pop() {
                match self.at_once(kind(ready.node), ready, &mut held) {
                    Some(outcome) => schedule.complete(ready.node, outcome),
                    None => waiting.push(schedule.way(ready.node), ready.node),
                }
            }
            while !self.watch.stopped()
                && !waiting.is_empty()
                && let Some(slot) = running.take_slot()
                && let Some(node) = waiting.pop()
            {
                running.push(slot, self.node(node, kind(node)));
            }
            let more = !waiting.is_empty() && !self.watch.stopped();
            // Nothing can go on before what is due is on the disk.
            let aside = |context: &mut Context<'_>| {
                self.ephemerals.renew(context);
                self.ledger.flush()
            };
            match running.next(more, aside).await {
                Next::Done((node, true)) => schedule.complete(node, self.failure(kind(node))),
                Next::Done((node, false)) => schedule.complete(node, Outcome::Done),
                Next::Free => {}
                Next::Nothing => break,
            }
        }
        self.ledger.flush();
        if self.watch.stopped() && !waiting.is_empty() {
            let detail = "The run was interrupted: what had begun is finished and recorded, the rest was not begun. Apply again to go on.";
            self.report(Diagnostics(vec![halted(detail)]));
        } else if schedule.has_left() && !self.watch.stopped() {
            self.report(Diagnostics(vec![out_of_order()]));
        }
    }

    /// What comes of a node that needs no provider, or that must not be begun.
    /// `held` are the changes whose objects stay for now.
    fn at_once(&self, kind: Node, ready: Ready, held: &mut HashSet<usize>) -> Option<Outcome> {
        match (kind, ready.before) {
            (Node::Destroy(index), Outcome::Held) => {
                held.insert(index);
                Some(Outcome::Held)
            }
            (Node::Make(index), Outcome::Held) if held.contains(&index) => Some(Outcome::Failed),
            (kind, Outcome::Failed) => Some(self.failure(kind)),
            (Node::Hub, before) => Some(before),
            (Node::Item(item), _) if self.is_left(item) => Some(Outcome::Done),
            (Node::Item(item), _) if !self.needs_provider(item) => {
                Some(Outcome::of(self.item(item)))
            }
            _ => None,
        }
    }

    /// What a node that cannot be done is to those that wait for it. A deposed
    /// object that stays keeps what it needs, and stops nobody else.
    fn failure(&self, kind: Node) -> Outcome {
        let changes = &self.plan.changes;
        match kind {
            Node::Destroy(index) if changes.get(index).is_some_and(|c| c.deposed.is_some()) => {
                Outcome::Held
            }
            _ => Outcome::Failed,
        }
    }

    /// Whether the run is not about an item. What is destroyed may need any.
    fn is_left(&self, item: u32) -> bool {
        self.plan.mode != Mode::Destroy && !self.selection.item(item)
    }

    /// How long a node may take: what needs no provider takes no time.
    fn cost(&self, node: Option<&Node>) -> u32 {
        u32::from(match node {
            Some(Node::Make(_) | Node::Destroy(_)) => true,
            Some(Node::Item(item)) => self.needs_provider(*item),
            Some(Node::Hub) | None => false,
        })
    }

    fn needs_provider(&self, item: u32) -> bool {
        let id = self.order.items.get(item as usize);
        match id.map(|id| id.item) {
            Some(Item::Provider(_)) => true,
            Some(Item::Resource(_)) => self.opens(item),
            _ => false,
        }
    }

    /// Whether an item is an ephemeral resource that something needs.
    fn opens(&self, item: u32) -> bool {
        let needed = self.needed.get(item as usize) == Some(&true);
        let context = self.contexts.get(&item).filter(|_| needed);
        context.is_some_and(|c| c.config.address.mode == ResourceMode::Ephemeral)
    }

    /// What providers and changes refer to, directly or not.
    fn needed(&self) -> Vec<bool> {
        let changes = |item: u32| {
            let changes = self.changes.get(&item).into_iter().flatten();
            changes
                .filter_map(|change| self.plan.changes.get(*change))
                .any(|change| change.action != Action::NoOp)
        };
        let own = |(item, id): (u32, &ItemId)| match id.item {
            Item::Provider(_) => true,
            Item::Resource(_) => changes(item),
            _ => false,
        };
        let mut needed: Vec<bool> = (0..).zip(&self.order.items).map(own).collect();
        for item in self.order.topological().into_iter().rev() {
            if needed[item as usize] {
                for dependency in &self.order.dependencies[item as usize] {
                    needed[*dependency as usize] = true;
                }
            }
        }
        needed
    }

    /// Opens the instances of an ephemeral resource.
    async fn open(&self, item: u32, node: NodeId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let Some(context) = self.contexts.get(&item).map(Rc::clone) else {
            return diagnostics;
        };
        let Some(provider) = self.providers.get(&context.key) else {
            return diagnostics;
        };
        for scope in self.evaluation.instances(node) {
            let (keys, found) = self.evaluation.expand_resource(&scope, index);
            diagnostics.extend(found);
            let (Some(keys), Some(instances)) = (keys, scope.resource(index)) else {
                continue;
            };
            for (at, each) in keys.each().enumerate() {
                let address = AbsResourceInstance {
                    resource: AbsResource {
                        module: scope.address.clone(),
                        resource: context.config.address.clone(),
                    },
                    key: each.key(),
                };
                let view = self.evaluation.view(&scope).repeated(&each);
                let opening = self.ephemerals.open(&context, &provider, view, &address);
                let (value, found) = opening.await;
                diagnostics.extend(found);
                if let Some(value) = value {
                    instances.set(at, value);
                }
            }
        }
        diagnostics
    }

    async fn node(&self, node: u32, kind: Node) -> (u32, bool) {
        let found = match kind {
            Node::Item(item) => match self.order.items.get(item as usize) {
                Some(ItemId {
                    node,
                    item: Item::Provider(index),
                }) => {
                    let providers = self.providers;
                    providers
                        .configure_block(self.evaluation, *node, *index)
                        .await
                }
                Some(ItemId {
                    node,
                    item: Item::Resource(index),
                }) => self.open(item, *node, *index).await,
                _ => Diagnostics::default(),
            },
            Node::Make(index) => self.make(index).await,
            Node::Destroy(index) => self.destroy(index).await,
            Node::Hub => Diagnostics::default(),
        };
        let failed = found.has_errors();
        self.report(found);
        (node, failed)
    }

    /// Evaluates an item in all instances of its module.
    fn item(&self, item: u32) -> bool {
        let Some(ItemId { node, item: kind }) = self.order.items.get(item as usize).copied() else {
            return false;
        };
        let values = Values {
            evaluation: self.evaluation,
            conditions: &self.conditions,
            judges: self.plan.mode != Mode::Destroy,
            severity: Severity::Error,
            keeps: self.plan.mode != Mode::Destroy,
        };
        let mut found = Diagnostics::default();
        for scope in self.evaluation.instances(node) {
            found.extend(match kind {
                Item::Resource(index) if self.is_deferred(&scope, index) => Diagnostics::default(),
                Item::Resource(index) => self.evaluation.expand_resource(&scope, index).1,
                Item::Call(index) if self.is_deferred_call(&scope, index) => Diagnostics::default(),
                kind => values.item(&scope, kind),
            });
        }
        if let Item::Resource(index) = kind {
            found.extend(self.settle(item, node, index));
        }
        let failed = found.has_errors();
        self.report(found);
        failed
    }

    /// Whether a resource was left to a later plan: it stays unknown, as it
    /// was in this one.
    fn is_deferred(&self, scope: &ModuleScope, index: usize) -> bool {
        let module = self.evaluation.module(scope.node);
        let resource = module.resources.get_index(index);
        !self.deferred.is_empty()
            && resource.is_some_and(|(address, _)| self.deferred.resource(&scope.address, address))
    }

    /// Whether the instances of a module were not known.
    fn is_deferred_call(&self, scope: &ModuleScope, index: usize) -> bool {
        let module = self.evaluation.module(scope.node);
        let call = module.module_calls.get_index(index);
        !self.deferred.is_empty()
            && call.is_some_and(|(name, _)| self.deferred.call(&scope.address, name))
    }

    /// Gives the instances of a resource that stay as they are their values.
    fn settle(&self, item: u32, node: NodeId, index: usize) -> Diagnostics {
        let mut found = Diagnostics::default();
        if self.plan.mode != Mode::Normal {
            self.settle_from_state(node, index);
            return found;
        }
        let data = self.contexts.get(&item).is_some_and(|context| {
            context.config.address.mode == crate::address::ResourceMode::Data
        });
        // What is read while applying has no value before.
        if data || !self.selection.is_whole() {
            self.settle_left(item, node, index);
        }
        for change in self.changes.get(&item).into_iter().flatten() {
            let Some(change) = self.plan.changes.get(*change) else {
                continue;
            };
            if change.action != Action::NoOp {
                continue;
            }
            if let Some(scope) = self.scope(&change.address.resource.module)
                && let Some(instances) = scope.resource(index)
                && let Some(at) = instances.keys.position(change.address.key.as_ref())
            {
                instances.set(at, change.after.clone());
                if let Some(context) = self
                    .contexts
                    .get(&item)
                    .filter(|c| c.config.has_conditions())
                {
                    let each = instances.keys.at(at);
                    let view = self.evaluation.view(&scope).repeated(&each);
                    let name = change.address.to_string();
                    found.extend(self.judge_kept(context, &name, view, &change.after));
                }
            }
        }
        found
    }

    /// Gives the instances the plan says nothing of the values they have.
    fn settle_left(&self, item: u32, node: NodeId, index: usize) {
        let changes = self.changes.get(&item).into_iter().flatten();
        let planned: HashSet<&AbsResourceInstance> = changes
            .filter_map(|change| Some(&self.plan.changes.get(*change)?.address))
            .collect();
        self.settle_where(node, index, &|address| !planned.contains(address));
    }

    fn settle_from_state(&self, node: NodeId, index: usize) {
        self.settle_where(node, index, &|_| true);
    }

    fn settle_where(
        &self,
        node: NodeId,
        index: usize,
        wanted: &dyn Fn(&AbsResourceInstance) -> bool,
    ) {
        let state = self.state.borrow();
        let absent = self.type_of_absent(node, index);
        let module = self.evaluation.module(node);
        let Some((address, _)) = module.resources.get_index(index) else {
            return;
        };
        for scope in self.evaluation.instances(node) {
            let Some(instances) = scope.resource(index) else {
                continue;
            };
            let resource = AbsResource {
                module: scope.address.clone(),
                resource: address.clone(),
            };
            let mut address = AbsResourceInstance {
                resource,
                key: None,
            };
            for (at, each) in instances.keys.each().enumerate() {
                address.key = each.key();
                if !wanted(&address) {
                    continue;
                }
                let instance = state.instance(&address.resource, &address.key);
                let object = instance.and_then(|instance| instance.current.as_ref());
                if let Some(value) = object.and_then(|object| object.value()) {
                    instances.set(at, value.clone());
                } else if let Some(ty) = &absent {
                    match instance.is_some_and(|instance| !instance.deposed.is_empty()) {
                        true => instances.set(at, Value::unknown(ty.clone())),
                        false => instances.set_absent(at, ty.clone()),
                    }
                }
            }
        }
    }

    /// The type of the objects of a resource, if this run makes none.
    fn type_of_absent(&self, node: NodeId, index: usize) -> Option<Type> {
        if self.plan.mode != Mode::RefreshOnly {
            return None;
        }
        let item = self.order.position(ItemId {
            node,
            item: Item::Resource(index),
        })?;
        let context = self.contexts.get(&item)?;
        Some(context.schema.block.implied_type())
    }

    /// A module instance by its address.
    pub(super) fn scope(&self, address: &ModuleInstance) -> Option<Rc<ModuleScope>> {
        if let Some(scope) = self.scopes.borrow().get(address) {
            return Some(Rc::clone(scope));
        }
        let node = self.stack.config.descendant_for_instance(address)?;
        let mut scopes = self.scopes.borrow_mut();
        for scope in self.evaluation.instances(node) {
            scopes.insert(scope.address.clone(), scope);
        }
        scopes.get(address).cloned()
    }

    fn finish(self) -> (State, Diagnostics) {
        let mut state = self.state.into_inner();
        let mut diagnostics = self.diagnostics.into_inner();
        if let Some(error) = self.ledger.broken() {
            diagnostics.push(Diagnostic::without_place(
                Severity::Error,
                "Failed to record an action",
                format!(
                    "What was about to be done could not be recorded, so it was not done: {error}."
                ),
            ));
        }
        outputs(&mut state, self.plan, self.evaluation);
        if self.plan.mode == Mode::Destroy {
            drop_data(&mut state, self.selection.doomed(&self.plan.prior));
        }
        let mut results = match self.plan.mode {
            Mode::RefreshOnly => self.plan.checks.clone(),
            _ => self.conditions.results(),
        };
        for result in &mut results {
            result.objects = result.objects.take().filter(|objects| !objects.is_empty());
        }
        state.check_results = (!results.is_empty()).then_some(results);
        self.selection.warn_of_apply(&mut diagnostics);
        diagnostics.0.sort_by_key(|d| d.severity);
        (state, diagnostics)
    }
}

/// Drops what was read of the world, all or what is `doomed`, but for what
/// objects that are left were made from.
fn drop_data(state: &mut State, doomed: Option<HashSet<AbsResourceInstance>>) {
    let managed = state.resources.iter();
    let needed: HashSet<Str> = managed
        .filter(|(address, _)| address.resource.mode == ResourceMode::Managed)
        .flat_map(|(_, resource)| resource.instances.values())
        .flat_map(|instance| instance.current.iter().chain(instance.deposed.values()))
        .flat_map(|object| object.dependencies.iter().cloned())
        .collect();
    state.resources.retain(|address, resource| {
        let data = address.resource.mode == ResourceMode::Data;
        if !data || needed.contains(&config_address(address)) {
            return true;
        }
        resource.instances.retain(|key, _| {
            let resource = address.clone();
            let key = key.clone();
            let instance = AbsResourceInstance { resource, key };
            doomed
                .as_ref()
                .is_some_and(|doomed| !doomed.contains(&instance))
        });
        !resource.instances.is_empty()
    });
}

/// Brings the outputs up to date. What could not be evaluated stays.
fn outputs(state: &mut State, plan: &Plan, evaluation: &Evaluation<'_>) {
    let Some(root) = evaluation.root() else {
        return;
    };
    let module = evaluation.module(root.node);
    if plan.mode == Mode::Destroy && plan.targets.is_empty() && plan.excludes.is_empty() {
        // No change speaks of those that are null.
        state.outputs.retain(|_, value| !value.is_null());
    }
    for (name, change) in &plan.outputs {
        if change.action == Action::Delete {
            state.outputs.remove(name);
            continue;
        }
        let index = module.outputs.get_index_of(name);
        let value = index.and_then(|index| evaluation.output(&root, index));
        match value {
            Some(value) if value.is_null() => {
                state.outputs.remove(name);
            }
            Some(value) => {
                state.outputs.insert(name.clone(), plain(&value));
            }
            None => {}
        }
    }
}

/// That actions wait for each other, which no plan should lead to.
fn out_of_order() -> Diagnostic {
    Diagnostic::without_place(
        Severity::Error,
        "Not everything was done",
        "Some of the planned actions wait for each other, so they were not begun. This is a bug in trueup; please report it.",
    )
}

/// A value with marks only as a whole, null where it is unknown.
pub(crate) fn plain(value: &Value) -> Value {
    let (bare, marks) = value.unmark_deep();
    let bare = without_unknown(&bare);
    match marks.contains(Marks::SENSITIVE) {
        true => bare.with_marks(Marks::SENSITIVE),
        false => bare,
    }
}

/// The key under which the old object of a replacement waits: the same on
/// every run from the same state.
pub(super) fn deposed_key(state: &State, address: &str) -> Str {
    let parts = [
        state.lineage.as_bytes(),
        &state.serial.to_be_bytes(),
        address.as_bytes(),
    ];
    let hash = parts.concat().iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    Str::from(format!("{hash:08x}"))
}
