//! What can be said of a configuration without running it.
//!
//! Every node (a variable, a local value, a resource, …) is judged by itself
//! with unknown values in place of what only a run can know, and of what
//! could not be evaluated: no error has another as its consequence, so all are
//! reported.

mod block;
mod check_rule;
mod cycle;
mod ephemeral;
mod graph;
mod graph_bodies;
mod module_call;
mod named_values;
mod place;
mod providers;
mod provisioner;
mod reference;
mod repetition;
mod resource;
mod schema_traversal;
mod scope;
mod statements;
mod variable_rules;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use trueup_lang::function::Functions;
use trueup_sdk::{Provider, Slots, world::Clock};
use trueup_syntax::{Diagnostic, Diagnostics, FileId, Span};
use trueup_value::Value;

pub use block::decode_block;
pub(crate) use block::spec as block_spec;
pub use graph::{Edges, Graph, Item, ItemId};
pub(crate) use providers::config_of;
pub(crate) use provisioner::schema as provisioner_schema;
pub use resource::located;
pub use scope::{Inputs, ModuleScope, Repetition, View};

use crate::{
    address::ProviderSource,
    load::{Config, NodeId},
    process::Processes,
};

/// Where schemas come from.
pub trait Schemas {
    /// The provider at `source`, if there is one.
    fn provider(&self, source: &ProviderSource) -> Option<&dyn Provider>;

    /// All providers there are.
    fn sources(&self) -> Vec<ProviderSource>;

    /// The slots of runs with these providers, in which operations work and
    /// do not wait.
    fn slots(&self) -> Arc<Slots> {
        Arc::default()
    }

    /// What tells when ephemeral resources are to be renewed; without it none
    /// is.
    fn clock(&self) -> Option<Arc<dyn Clock>> {
        None
    }

    /// What starts the programs of provisioners; without it none is started.
    fn processes(&self) -> Option<&dyn Processes> {
        None
    }
}

/// Providers by source address, and what starts the programs of provisioners.
#[derive(Default)]
pub struct Registry {
    providers: HashMap<ProviderSource, Offered>,
    processes: Option<Box<dyn Processes>>,
    slots: Arc<Slots>,
    clock: Option<Arc<dyn Clock>>,
}

/// A provider that is made when it is first asked for.
type Offered = LazyLock<Arc<dyn Provider>, Box<dyn FnOnce() -> Arc<dyn Provider> + Send>>;

impl Registry {
    /// Adds a provider; one at the same source is replaced.
    pub fn add(&mut self, source: ProviderSource, provider: Box<dyn Provider>) {
        self.add_with(source, || provider);
    }

    /// Adds a provider that `make` makes when it is first asked for; one at the
    /// same source is replaced.
    pub fn add_with(
        &mut self,
        source: ProviderSource,
        make: impl FnOnce() -> Box<dyn Provider> + Send + 'static,
    ) {
        let make = move || Arc::from(make());
        let offered = LazyLock::new(Box::new(make) as Box<dyn FnOnce() -> _ + Send>);
        self.providers.insert(source, offered);
    }

    /// The provider at `source`, for whoever calls its functions.
    pub fn shared(&self, source: &ProviderSource) -> Option<Arc<dyn Provider>> {
        self.providers
            .get(source)
            .map(|provider| Arc::clone(provider))
    }

    /// The slots of runs; whoever makes the providers lets them wait by these.
    pub fn slots(&self) -> Arc<Slots> {
        Arc::clone(&self.slots)
    }

    /// Lets ephemeral resources be renewed in time.
    pub fn renew_by(&mut self, clock: Arc<dyn Clock>) {
        self.clock = Some(clock);
    }

    /// Lets provisioners start programs.
    pub fn start_with(&mut self, processes: Box<dyn Processes>) {
        self.processes = Some(processes);
    }
}

impl Schemas for Registry {
    fn provider(&self, source: &ProviderSource) -> Option<&dyn Provider> {
        self.providers.get(source).map(|provider| &***provider)
    }

    fn sources(&self) -> Vec<ProviderSource> {
        let mut sources: Vec<_> = self.providers.keys().cloned().collect();
        sources.sort();
        sources
    }

    fn slots(&self) -> Arc<Slots> {
        Arc::clone(&self.slots)
    }

    fn clock(&self) -> Option<Arc<dyn Clock>> {
        self.clock.clone()
    }

    fn processes(&self) -> Option<&dyn Processes> {
        self.processes.as_deref()
    }
}

/// What a configuration is judged in.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    /// The providers.
    pub schemas: &'a dyn Schemas,
    /// The functions.
    pub functions: &'a Functions,
    /// `terraform.workspace`
    pub workspace: &'a str,
    /// `path.cwd`
    pub cwd: &'a str,
}

/// Judges a loaded configuration; there must have been no errors loading it.
pub fn validate(config: &Config, environment: &Environment<'_>) -> Diagnostics {
    if config.is_empty() {
        return Diagnostics::default();
    }
    let mut diagnostics = providers::check(config, environment);
    diagnostics.extend(statements::check(config));
    if diagnostics.has_errors() {
        return diagnostics;
    }
    let modules = module_call::check_arguments(config);
    diagnostics.extend(modules);
    if diagnostics.has_errors() {
        return diagnostics;
    }
    let mut graph = Graph::new(config);
    let mut cycles = graph.cycles(config);
    if cycles.has_errors() {
        // A ring through arguments there are not is none: they are the fault.
        graph = Graph::by_schemas(config, environment.schemas);
        cycles = graph.cycles(config);
    }
    if cycles.has_errors() {
        diagnostics.extend(cycles);
        return diagnostics;
    }
    let used = providers::used_configs(config);
    let mut findings = Findings::default();
    let mut clean_modules: HashMap<*const crate::config::Module, ()> = HashMap::new();
    for (id, node) in config.nodes() {
        let key = std::sync::Arc::as_ptr(&node.module);
        if clean_modules.contains_key(&key) {
            // Inputs are unknown here, so the same module has the same results.
            continue;
        }
        let before = findings.0.len();
        check_module(config, id, environment, &used, &mut findings);
        if findings.0.len() == before {
            clean_modules.insert(key, ());
        }
    }
    graph.put_dependents_last(&mut findings);
    for (_, found) in findings.0 {
        diagnostics.extend(found);
    }
    diagnostics
}

fn check_module(
    config: &Config,
    id: NodeId,
    environment: &Environment<'_>,
    used: &HashSet<(NodeId, usize)>,
    findings: &mut Findings,
) {
    let mut scope = ModuleScope::new(config, id, environment, None);
    let locals = scope.evaluate_locals();
    for (index, found) in locals {
        findings.add(id, Item::Local(index), found);
    }
    named_values::check(&scope, findings);
    resource::check(&scope, findings);
    module_call::check_repetition(&scope, findings);
    module_call::check_values(&scope, findings);
    check_rule::check_checks(&scope, findings);
    providers::check_configs(&scope, used, findings);
    statements::check_imports(&scope, findings);
}

/// What was found, by the node it was found in.
#[derive(Default)]
pub(crate) struct Findings(Vec<(ItemId, Diagnostics)>);

impl Findings {
    fn add(&mut self, node: NodeId, item: Item, diagnostics: Diagnostics) {
        if !diagnostics.0.is_empty() {
            self.0.push((ItemId { node, item }, diagnostics));
        }
    }
}

/// A value, and whether it may be relied on.
pub(crate) type Evaluated = (Value, Diagnostics);

pub(crate) fn without_place(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic {
        subject: None,
        ..Diagnostic::error(summary, detail, Span::new(FileId(0), 0, 0))
    }
}
