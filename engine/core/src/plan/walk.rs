//! The walk that refreshes and plans, item by item in the order of their
//! references, instances of an item side by side.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
    task::Context,
};

use trueup_sdk::Fact;
use trueup_syntax::{Diagnostic, Diagnostics, Severity};

use super::{
    Conditions, Deferred, DeferredReason, Mode, Options, Plan,
    changes::Changes,
    fetch::Fetched,
    import::ImportTarget,
    jobs::{Batch, Instances, Job, Jobs, Work},
    moves::{Moved, Previous, apply_moves, check_moves},
    orphan::providers_left,
    own::{check_removed, check_repetition},
    values::Values,
};
use crate::{
    address::{AbsResource, AbsResourceInstance},
    dependencies::Dependencies,
    ephemeral::Ephemerals,
    evaluate::{Evaluation, Keys, ModuleScope},
    load::NodeId,
    progress::Watch,
    run::{Order, ProviderKey, Providers, ResourceContext, Stack},
    running::{Next, Running},
    schedule::Outcome,
    selection::Selection,
    state::{ResourceState, State},
    validate::{Item, ItemId},
};

/// A walk under way.
pub(super) struct Walk<'a> {
    pub(super) stack: Stack<'a>,
    pub(super) evaluation: &'a Evaluation<'a>,
    pub(super) providers: &'a Providers<'a>,
    pub(super) order: &'a Order,
    pub(super) options: &'a Options,
    pub(super) watch: Watch<'a>,
    /// The state as it was left, everything where it is now.
    pub(super) state: &'a State,
    previous: Previous,
    pub(super) dependencies: &'a Dependencies,
    /// Whether a resource's replacement is created first, by item.
    pub(super) create_before_destroy: Vec<bool>,
    pub(super) contexts: RefCell<HashMap<u32, Rc<ResourceContext<'a>>>>,
    pub(super) refreshed: RefCell<State>,
    /// Whether refreshing has changed anything.
    pub(super) touched: Cell<bool>,
    pub(super) changes: RefCell<Changes>,
    pub(super) drift: RefCell<Changes>,
    pub(super) facts: RefCell<BTreeMap<AbsResourceInstance, Vec<Fact>>>,
    pub(super) deferred: RefCell<Vec<Deferred>>,
    pub(super) changed: RefCell<HashSet<u32>>,
    /// The resources that stay and lose instances, by item, where that was asked.
    pub(super) losing: RefCell<HashMap<u32, Rc<HashSet<&'a AbsResource>>>>,
    /// What the state has of what is configured, by item.
    pub(super) stored: OnceCell<HashMap<u32, Vec<(&'a AbsResource, &'a ResourceState)>>>,
    /// The items that what depends on them has to wait for.
    pub(super) stalled: RefCell<HashMap<u32, DeferredReason>>,
    pub(super) diagnostics: RefCell<Diagnostics>,
    pub(super) conditions: Conditions,
    /// What an item that failed leaves undecided: it must not look orphaned.
    pub(super) undecided: RefCell<HashSet<u32>>,
    pub(super) selection: &'a Selection<'a>,
    pub(super) ephemerals: Ephemerals<'a>,
    pub(super) imports: RefCell<HashMap<AbsResourceInstance, ImportTarget>>,
    /// Objects that were read together with others, until they are planned.
    pub(super) fetched: RefCell<HashMap<AbsResourceInstance, Fetched>>,
    /// What a destroy plan destroys; none for everything.
    pub(super) doomed: Option<HashSet<AbsResourceInstance>>,
}

enum Begun {
    Done { failed: bool },
    Work(Vec<Work>),
}

/// What came of a job.
enum Finished {
    /// The objects of these instances were read.
    Read(Batch),
    Done {
        item: u32,
        failed: bool,
    },
}

/// Plans a stack against a state. Nothing is changed anywhere.
///
/// The plan is marked as errored if there are errors among the diagnostics,
/// or if it was stopped.
pub async fn plan(
    stack: Stack<'_>,
    state: &State,
    options: &Options,
    watch: Watch<'_>,
) -> (Plan, Diagnostics) {
    plan_with(stack, state, options, watch, &Providers::new(stack)).await
}

/// The same with providers that may be configured already, and are afterwards.
pub(crate) async fn plan_with(
    stack: Stack<'_>,
    state: &State,
    options: &Options,
    watch: Watch<'_>,
    providers: &Providers<'_>,
) -> (Plan, Diagnostics) {
    let order = Order::new(&stack);
    let evaluation = stack.evaluation();
    let dependencies = Dependencies::new(&stack, &order);
    let moved = apply_moves(&stack, state).await;
    if moved.diagnostics.has_errors() {
        return (unplanned(state, options), moved.diagnostics);
    }
    let mut selection = Selection::new(&stack, &order, &options.targets, &options.excludes);
    let left = providers_left(&stack, &order, &selection, &moved.state);
    selection.also(&order, left.into_iter());
    if let Some(refused) = selection.check_moves(moved.previous.iter().map(|(to, from)| (from, to)))
    {
        return refuse(refused, &selection, state, options);
    }
    let kept = check_removed(stack.config);
    if options.mode == Mode::Normal && kept.has_errors() {
        return (unplanned(state, options), kept);
    }
    let blocked = moved.warning();
    let mut warnings = moved.diagnostics;
    selection.warn_of_plan(&mut warnings);
    let Moved {
        state: moved,
        previous,
        ..
    } = moved;
    let walk = Walk {
        stack,
        evaluation: &evaluation,
        providers,
        create_before_destroy: create_before_destroy(&stack, &order, |item| selection.item(item)),
        order: &order,
        options,
        watch,
        state: &moved,
        dependencies: &dependencies,
        previous,
        contexts: RefCell::default(),
        refreshed: RefCell::new(moved.clone()),
        touched: Cell::new(false),
        changes: RefCell::default(),
        drift: RefCell::default(),
        facts: RefCell::default(),
        deferred: RefCell::default(),
        changed: RefCell::default(),
        losing: RefCell::default(),
        stored: OnceCell::new(),
        stalled: RefCell::default(),
        diagnostics: RefCell::new(warnings),
        conditions: Conditions::new(stack.config),
        undecided: RefCell::default(),
        doomed: selection.doomed(&moved),
        selection: &selection,
        ephemerals: Ephemerals::new(watch, stack.schemas.clock()),
        imports: RefCell::new(requested(options)),
        fetched: RefCell::default(),
    };
    walk.go().await;
    let misplaced = check_moves(stack.config, &evaluation);
    if misplaced.has_errors() {
        // They may be the cause of all else that is wrong.
        return (unplanned(state, options), misplaced);
    }
    walk.finish(blocked)
}

/// Imports that no block asks for.
fn requested(options: &Options) -> HashMap<AbsResourceInstance, ImportTarget> {
    let requests = options.imports.iter().map(|(address, id)| {
        let id = id.clone();
        (address.clone(), ImportTarget { id, place: None })
    });
    requests.collect()
}

/// A plan that could not even be begun.
fn refuse(
    refused: Diagnostic,
    selection: &Selection<'_>,
    state: &State,
    options: &Options,
) -> (Plan, Diagnostics) {
    let mut diagnostics = Diagnostics(vec![refused]);
    selection.warn_of_plan(&mut diagnostics);
    (unplanned(state, options), diagnostics)
}

fn unplanned(state: &State, options: &Options) -> Plan {
    Plan {
        mode: options.mode,
        targets: options.targets.clone(),
        excludes: options.excludes.clone(),
        prior: state.clone(),
        errored: true,
        refused: true,
        ..Plan::default()
    }
}

/// Which resources are replaced by creating before destroying: those that say
/// so and that the run is about, and all they depend on.
pub(crate) fn create_before_destroy(
    stack: &Stack<'_>,
    order: &Order,
    meant: impl Fn(u32) -> bool,
) -> Vec<bool> {
    let declared = |id: &ItemId| {
        let Item::Resource(index) = id.item else {
            return false;
        };
        let module = &stack.config.node(id.node).module;
        let managed = module
            .resources
            .get_index(index)
            .and_then(|(_, resource)| resource.managed.as_ref());
        managed.is_some_and(|managed| managed.lifecycle.create_before_destroy == Some(true))
    };
    let mut flags: Vec<bool> = order.items.iter().map(declared).collect();
    for item in order.topological().into_iter().rev() {
        if !flags[item as usize] || !meant(item) {
            continue;
        }
        for dependency in &order.dependencies[item as usize] {
            flags[*dependency as usize] = true;
        }
    }
    flags
}

impl<'a> Walk<'a> {
    /// What is to be destroyed anyway is not warned of.
    fn drop_warnings(&self) {
        let mut diagnostics = self.diagnostics.borrow_mut();
        let error = |d: &Diagnostic| d.severity == Severity::Error;
        diagnostics.0.retain(error);
        self.selection.warn_of_plan(&mut diagnostics);
    }

    /// Plans everything, as far as it is not stopped.
    async fn go(&self) {
        self.prepare().await;
        self.run().await;
        if self.options.mode == Mode::Destroy {
            self.drop_warnings();
        }
        if self.watch.stopped() {
            self.report(Diagnostics(vec![halted(
                "Planning was interrupted, so the plan is not complete.",
            )]));
        } else {
            self.ephemerals.beside(self.rest()).await;
        }
        let found = self.ephemerals.close().await;
        self.report(found);
    }

    /// What comes after all that is configured.
    async fn rest(&self) {
        self.plan_unconfigured().await;
        self.plan_generated().await;
        if self.options.mode == Mode::RefreshOnly {
            self.explain().await;
        }
    }

    async fn prepare(&self) {
        let mut keys = Vec::new();
        for (position, id) in (0..).zip(&self.order.items) {
            let Item::Resource(index) = id.item else {
                continue;
            };
            if let Some(context) = self.stack.context(id.node, index) {
                keys.push(context.key.clone());
                self.contexts
                    .borrow_mut()
                    .insert(position, Rc::new(context));
            }
        }
        keys.sort();
        keys.dedup();
        let found = self.providers.configure_implied(keys.into_iter()).await;
        self.report(found);
    }

    /// Where an instance was before it was moved.
    pub(super) fn previous(&self, address: &AbsResourceInstance) -> Option<AbsResourceInstance> {
        let previous = self.previous.get(address).cloned();
        // What is read again before a destruction is moved by then.
        let reads = self.options.mode == Mode::Destroy && self.options.refresh;
        previous.filter(|_| !reads)
    }

    pub(super) fn report(&self, found: Diagnostics) {
        self.diagnostics.borrow_mut().extend(found);
    }

    async fn run(&self) {
        let mut schedule = self.order.schedule();
        schedule.start(|item| self.cost(item));
        let mut jobs = Jobs::default();
        let mut left: HashMap<u32, (usize, bool)> = HashMap::new();
        let slots = self.stack.schemas.slots();
        let mut running = Running::new(slots, self.options.parallelism);
        loop {
            while let Some(ready) = schedule.pop() {
                if ready.before != Outcome::Done {
                    self.undecided.borrow_mut().insert(ready.node);
                    schedule.complete(ready.node, ready.before);
                    continue;
                }
                match self.begin(ready.node) {
                    Begun::Done { failed } => {
                        schedule.complete(ready.node, Outcome::of(failed));
                    }
                    Begun::Work(list) => {
                        left.insert(ready.node, (list.iter().map(Work::count).sum(), false));
                        jobs.add(schedule.way(ready.node), list);
                    }
                }
            }
            while !self.watch.stopped()
                && !jobs.is_empty()
                && let Some(slot) = running.take_slot()
                && let Some(job) = jobs.next()
            {
                running.push(slot, self.job(job));
            }
            let more = !jobs.is_empty() && !self.watch.stopped();
            let (item, failed) = match running.next(more, |context| self.renew(context)).await {
                Next::Nothing => break,
                Next::Free => continue,
                Next::Done(Finished::Read(batch)) => {
                    jobs.add_read(batch);
                    continue;
                }
                Next::Done(Finished::Done { item, failed }) => (item, failed),
            };
            if let Some((count, any)) = left.get_mut(&item) {
                *count -= 1;
                *any |= failed;
                if *count == 0 {
                    schedule.complete(item, Outcome::of(*any));
                }
            }
        }
    }

    /// Goes on with what is renewed; nobody waits for that.
    fn renew(&self, context: &mut Context<'_>) -> bool {
        self.ephemerals.renew(context);
        false
    }

    /// How long an item may take: what needs no provider takes no time.
    fn cost(&self, item: u32) -> u32 {
        let kind = self.id(item).map(|id| id.item);
        u32::from(matches!(kind, Some(Item::Resource(_) | Item::Provider(_))))
    }

    async fn job(&self, job: Job) -> Finished {
        match job {
            Job::Configure(item) => {
                let failed = self.configure(item).await;
                Finished::Done { item, failed }
            }
            Job::Read(instances) => Finished::Read(self.read_together(instances).await),
            Job::Instance(instance) => {
                let item = instance.item;
                let found = self.instance(&instance).await;
                let failed = found.has_errors();
                self.report(found);
                Finished::Done { item, failed }
            }
        }
    }

    /// Configures the provider of a `provider` block; true if that failed.
    async fn configure(&self, item: u32) -> bool {
        let Some(ItemId {
            node,
            item: Item::Provider(index),
        }) = self.id(item)
        else {
            return false;
        };
        let providers = self.providers;
        let found = providers
            .configure_block(self.evaluation, node, index)
            .await;
        if self.is_unknown(node, index) {
            self.stall(item, DeferredReason::Provider);
        }
        let failed = found.has_errors();
        self.report(found);
        failed
    }

    fn is_unknown(&self, node: NodeId, index: usize) -> bool {
        let module = &self.stack.config.node(node).module;
        let config = module.provider_configs.get_index(index);
        let key = config.and_then(|(_, config)| {
            Some(ProviderKey {
                source: config.provider.clone()?,
                node: node.0,
                alias: config.alias.clone(),
            })
        });
        key.is_some_and(|key| self.providers.is_unknown(&key))
    }

    pub(super) fn id(&self, item: u32) -> Option<ItemId> {
        self.order.items.get(item as usize).copied()
    }

    /// Does what needs no provider, for all instances of the module.
    fn begin(&self, item: u32) -> Begun {
        let Some(ItemId { node, item: kind }) = self.id(item) else {
            return Begun::Done { failed: false };
        };
        // What is destroyed may need any provider, and so all that leads there.
        if self.options.mode != Mode::Destroy && !self.selection.item(item) {
            return Begun::Done { failed: false };
        }
        let id = ItemId { node, item: kind };
        if self.waits(item, id) {
            return Begun::Done { failed: false };
        }
        if let Item::Provider(_) = kind {
            return Begun::Work(vec![Work::Configure(item)]);
        }
        let values = Values {
            evaluation: self.evaluation,
            conditions: &self.conditions,
            judges: self.judges(),
            severity: match self.options.mode {
                Mode::Normal => Severity::Error,
                Mode::Destroy | Mode::RefreshOnly => Severity::Warning,
            },
            keeps: self.options.mode != Mode::Destroy,
        };
        values.expand_conditions(node, kind);
        let mut found = Diagnostics::default();
        let mut work = Vec::new();
        for scope in self.evaluation.instances(node) {
            found.extend(match kind {
                Item::Resource(index) => self.expand(item, &scope, index, &mut work),
                Item::Call(index) => self.expand_call(item, &scope, index),
                Item::Import(index) if self.options.mode == Mode::Normal => {
                    self.evaluate_import(&scope, index)
                }
                kind => values.item(&scope, kind),
            });
        }
        self.pass_on(item, id);
        if let Item::Resource(index) = kind {
            found.extend(self.check_replace(node, index));
            found.extend(self.check_imports(node, index));
            found.extend(self.check_provisioners(node, index));
            self.expand_conditions(node, index);
        }
        let failed = found.has_errors();
        self.report(found);
        if failed {
            self.undecided.borrow_mut().insert(item);
        }
        match work.is_empty() || failed {
            true => Begun::Done { failed },
            false => Begun::Work(work),
        }
    }

    /// Refuses provisioners that nothing here could run.
    fn check_provisioners(&self, node: NodeId, index: usize) -> Diagnostics {
        let module = &self.stack.config.node(node).module;
        let resource = module.resources.get_index(index);
        let managed = resource.and_then(|(_, resource)| resource.managed.as_ref());
        let provisioners = managed.into_iter().flat_map(|m| &m.provisioners);
        let refused = provisioners.filter_map(|provisioner| {
            let kind = &provisioner.kind;
            let runs = kind.name.as_str() == "local-exec";
            (!runs).then(|| crate::apply::unsupported(&kind.name, kind.span))
        });
        Diagnostics(refused.collect())
    }

    /// Notes which instances have conditions.
    fn expand_conditions(&self, node: NodeId, index: usize) {
        let place = self.stack.config.node(node);
        let Some((address, _)) = place.module.resources.get_index(index) else {
            return;
        };
        let config = match place.path.is_root() {
            true => address.to_string(),
            false => format!("{}.{address}", place.path),
        };
        if self.conditions.has("resource", &config) {
            let instances = self.instance_names(node, index);
            let conditions = &self.conditions;
            conditions.expand("resource", &config, instances.into_iter());
        }
    }

    fn expand(
        &self,
        item: u32,
        scope: &Rc<ModuleScope>,
        index: usize,
        work: &mut Vec<Work>,
    ) -> Diagnostics {
        let module = self.evaluation.module(scope.node);
        let own = module.resources.get_index(index);
        let own = own.map_or_else(Diagnostics::default, |(_, own)| check_repetition(own));
        if self.options.mode != Mode::Destroy && own.has_errors() {
            return own;
        }
        let (keys, diagnostics) = self.evaluation.expand_resource(scope, index);
        let Some(keys) = keys else {
            return diagnostics;
        };
        if keys == Keys::Unknown {
            self.defer_instances(item, scope, index);
        }
        if !keys.is_empty() {
            let instances = Instances {
                item,
                scope: Rc::clone(scope),
                positions: 0..keys.len(),
            };
            work.push(match self.reads_together(item) {
                Some(together) => Work::Read(together, instances),
                None => Work::Plan(instances),
            });
        }
        diagnostics
    }

    fn defer_instances(&self, item: u32, scope: &ModuleScope, index: usize) {
        let module = self.evaluation.module(scope.node);
        let resource = module.resources.get_index(index);
        let counted = resource.is_some_and(|(_, resource)| resource.count.is_some());
        let reason = match counted {
            true => DeferredReason::Count,
            false => DeferredReason::ForEach,
        };
        if self.options.mode == Mode::Normal {
            self.defer(item, &scope.address, scope.node, index, reason);
        }
    }

    /// Makes the instances of a call, or notes that what is in the module has
    /// to wait.
    fn expand_call(&self, item: u32, scope: &Rc<ModuleScope>, index: usize) -> Diagnostics {
        let (known, found) = self.evaluation.expand_call(scope, index);
        if !known && self.options.mode == Mode::Normal {
            self.stall(item, DeferredReason::Module);
        }
        found
    }

    /// The nodes and resource indices of all items, to find what the state
    /// has and the configuration has not.
    pub(super) fn resource_item(
        &self,
        node: NodeId,
        address: &AbsResource,
    ) -> Option<(u32, usize)> {
        let module = self.evaluation.module(node);
        let index = module.resources.get_index_of(&address.resource)?;
        let item = self.order.position(ItemId {
            node,
            item: Item::Resource(index),
        })?;
        Some((item, index))
    }
}

/// That a run ended before it was done.
pub(crate) fn halted(detail: &str) -> Diagnostic {
    Diagnostic::without_place(Severity::Error, "Execution halted", detail)
}

/// That something was to be destroyed which must not be.
pub(super) fn cannot_be_destroyed(address: &str, context: &ResourceContext<'_>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        "Instance cannot be destroyed",
        format!(
            "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option."
        ),
        context.config.span,
    );
    diagnostic.address = Some(address.to_owned());
    diagnostic
}
