//! What a run works with: the stack, its items in order, its providers.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use trueup_lang::{
    block::{Spec, decode_body},
    function::Functions,
};
use trueup_sdk::{Configured, Problem, Provider, ResourceSchema};
use trueup_syntax::{Diagnostic, Diagnostics, Span, body::Body};
use trueup_value::{Str, Value};

use crate::{
    address::{ModulePath, ProviderSource, Resource as Address, ResourceMode},
    config::Resource,
    evaluate::{Evaluation, View},
    load::{Config, NodeId},
    plan::{OwnReference, own_references, parse_provider},
    schedule::{Outcome, Schedule},
    validate::{Graph, Item, ItemId, Schemas, block_spec, located},
};

/// A stack and what its expressions may reach.
#[derive(Clone, Copy)]
pub struct Stack<'a> {
    /// The configuration; it must have been validated.
    pub config: &'a Config,
    /// The providers.
    pub schemas: &'a dyn Schemas,
    /// The functions.
    pub functions: &'a Functions,
    /// `terraform.workspace`
    pub workspace: &'a str,
    /// `path.cwd`
    pub cwd: &'a str,
    /// The values of the root module's variables, where they are given.
    pub inputs: &'a BTreeMap<Str, Value>,
}

/// A provider configuration: where it stands, and its name there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderKey {
    /// The provider.
    pub source: ProviderSource,
    /// The module whose `provider` block it is.
    pub node: u32,
    /// Which of several.
    pub alias: Option<Str>,
}

/// The items of a configuration in the order of their references.
pub struct Order {
    /// All of them.
    pub items: Vec<ItemId>,
    /// For each, the items it refers to.
    pub dependencies: Vec<Vec<u32>>,
    index: HashMap<ItemId, u32>,
}

/// The providers of a run, each configured once.
pub struct Providers<'a> {
    stack: Stack<'a>,
    configured: RefCell<HashMap<ProviderKey, Option<Arc<dyn Configured>>>>,
    /// Those whose configuration is not known.
    unknown: RefCell<HashSet<ProviderKey>>,
}

/// What is the same for all instances of a resource.
pub struct ResourceContext<'a> {
    /// Its declaration.
    pub config: &'a Resource,
    /// Where it is declared.
    pub node: NodeId,
    /// Its index in the module.
    pub index: usize,
    /// Its provider's schemas.
    pub provider: &'a dyn Provider,
    /// Its own schema.
    pub schema: &'a ResourceSchema,
    /// The schema as the evaluator wants it.
    pub spec: Spec,
    /// The provider configuration it uses.
    pub key: ProviderKey,
    /// The same as the state writes it.
    pub provider_address: Arc<str>,
    /// What in its arguments refers to itself, once somebody asked.
    pub(crate) own: OnceCell<Vec<OwnReference>>,
}

impl<'a> Stack<'a> {
    /// A new evaluation of it.
    pub fn evaluation(&self) -> Evaluation<'a> {
        let Stack {
            config, functions, ..
        } = *self;
        Evaluation::new(config, functions, self.workspace, self.cwd, self.inputs)
    }

    /// The provider configuration a local name stands for in a module.
    pub fn provider_key(&self, node: NodeId, local: &str, alias: Option<&str>) -> ProviderKey {
        let (mut node, mut local, mut alias) = (node, local.to_owned(), alias.map(str::to_owned));
        let source = self.config.node(node).module.provider_for(&local);
        loop {
            let place = self.config.node(node);
            let key = crate::config::provider_key(&local, alias.as_deref());
            let call = self.config.call(node);
            let mut passed = call.into_iter().flat_map(|call| &call.providers);
            let passed = passed.find(|p| p.child.key() == key);
            // An empty block beside what is passed in only says that it is wanted.
            let declared = passed.is_none() && place.module.provider_configs.contains_key(&key);
            let (Some((parent, _)), false) = (&place.parent, declared) else {
                break;
            };
            match passed {
                Some(passed) => {
                    local = passed.parent.name.name.as_str().to_owned();
                    alias = passed
                        .parent
                        .alias
                        .as_ref()
                        .map(|a| a.name.as_str().to_owned());
                }
                None => {
                    alias = None;
                    local = self.local_name(*parent, &source);
                }
            }
            node = *parent;
        }
        ProviderKey {
            source,
            node: node.0,
            alias: alias.map(Str::from),
        }
    }

    /// What a module calls a provider.
    fn local_name(&self, node: NodeId, source: &ProviderSource) -> String {
        let required = &self.config.node(node).module.requirements.providers;
        let found = required.iter().find(|(_, r)| r.provider == *source);
        found.map_or_else(
            || source.kind.as_str().to_owned(),
            |(name, _)| name.to_string(),
        )
    }

    /// The provider configuration a state names; `None` where its module is
    /// not configured.
    pub fn provider_of_state(&self, text: &str) -> Option<ProviderKey> {
        let (module, source, alias) = parse_provider(text)?;
        let node = self.config.descendant(&ModulePath::parse(&module)?)?;
        Some(ProviderKey {
            source,
            node: node.0,
            alias,
        })
    }

    /// The index of the `provider` block of a configuration, if there is one.
    pub fn provider_block(&self, key: &ProviderKey) -> Option<usize> {
        let module = &self.config.node(NodeId(key.node)).module;
        module.provider_configs.values().position(|config| {
            config.provider.as_ref() == Some(&key.source) && config.alias == key.alias
        })
    }

    /// A provider configuration as the state writes it.
    pub fn provider_address(&self, key: &ProviderKey) -> Arc<str> {
        let path = &self.config.node(NodeId(key.node)).path;
        let module = match path.is_root() {
            true => String::new(),
            false => format!("{path}."),
        };
        let alias = key.alias.as_ref().map(|alias| format!(".{alias}"));
        let alias = alias.unwrap_or_default();
        format!("{module}provider[\"{}\"]{alias}", key.source).into()
    }

    /// What is the same for all instances of a resource; `None` if there is
    /// no schema for it.
    pub fn context(&self, node: NodeId, index: usize) -> Option<ResourceContext<'a>> {
        let module = &self.config.node(node).module;
        let (_, config) = module.resources.get_index(index)?;
        let (local, alias) = config.provider_local();
        let key = self.provider_key(node, local, alias);
        let provider = self.schemas.provider(&key.source)?;
        let schema = schema_of(provider, &config.address)?;
        Some(ResourceContext {
            config,
            node,
            index,
            provider,
            schema,
            spec: block_spec(&schema.block),
            provider_address: self.provider_address(&key),
            key,
            own: OnceCell::new(),
        })
    }
}

/// The schema of a resource type.
pub fn schema_of<'a>(provider: &'a dyn Provider, address: &Address) -> Option<&'a ResourceSchema> {
    let schema = provider.schema();
    match address.mode {
        ResourceMode::Managed => schema.resources.get(&address.kind),
        ResourceMode::Data => schema.data_sources.get(&address.kind),
        ResourceMode::Ephemeral => schema.ephemeral_resources.get(&address.kind),
    }
}

impl ResourceContext<'_> {
    /// Evaluates a body of the resource's type.
    pub fn decode(&self, view: &View<'_>) -> (Value, Diagnostics) {
        view.scope(|scope| decode_body(&self.config.body, &self.spec, scope))
    }

    /// What in its arguments refers to itself.
    pub(crate) fn own_references(&self) -> &[OwnReference] {
        self.own
            .get_or_init(|| own_references(self.config, &self.spec))
    }

    /// A provider's problem where it belongs.
    pub fn located(&self, problem: Problem, address: &str) -> Diagnostic {
        let mut diagnostic = located(problem, &self.config.body, self.config.span);
        diagnostic.address = Some(address.to_owned());
        diagnostic
    }

    /// The same for many.
    pub fn report(&self, problems: Vec<Problem>, address: &str, diagnostics: &mut Diagnostics) {
        let located = problems.into_iter().map(|p| self.located(p, address));
        diagnostics.0.extend(located);
    }
}

impl Order {
    /// The order of a configuration's items, resources after the providers
    /// they use.
    pub fn new(stack: &Stack<'_>) -> Self {
        let graph = Graph::new(stack.config);
        let items: Vec<ItemId> = graph.items().collect();
        let index: HashMap<ItemId, u32> = (0..).zip(&items).map(|(i, item)| (*item, i)).collect();
        let mut dependencies = Vec::with_capacity(items.len());
        for item in &items {
            let mut found: Vec<u32> = graph
                .references_of(*item)
                .iter()
                .filter_map(|id| index.get(id).copied())
                .collect();
            if let Some(provider) = provider_item(stack, *item) {
                found.extend(index.get(&provider));
            }
            if item.item == Item::Close {
                let children = stack.config.node(item.node).children.values();
                let ends = children.map(|node| ItemId {
                    node: *node,
                    item: Item::Close,
                });
                found.extend(ends.filter_map(|end| index.get(&end).copied()));
            }
            found.sort_unstable();
            found.dedup();
            dependencies.push(found);
        }
        Order {
            items,
            dependencies,
            index,
        }
    }

    /// Where an item stands.
    pub fn position(&self, item: ItemId) -> Option<u32> {
        self.index.get(&item).copied()
    }

    /// The `provider` block that the state names, if there is one.
    pub(crate) fn provider_of_state(&self, stack: &Stack<'_>, text: &str) -> Option<u32> {
        let key = stack.provider_of_state(text)?;
        self.position(ItemId {
            node: NodeId(key.node),
            item: Item::Provider(stack.provider_block(&key)?),
        })
    }

    /// A schedule in which every item waits for those it refers to.
    pub fn schedule(&self) -> Schedule {
        let mut schedule = Schedule::new(self.items.len());
        for (after, dependencies) in (0..).zip(&self.dependencies) {
            for before in dependencies {
                schedule.edge(*before, after);
            }
        }
        schedule
    }

    /// The items from the first to be done to the last.
    pub fn topological(&self) -> Vec<u32> {
        let mut schedule = self.schedule();
        schedule.start(|_| 0);
        let mut order = Vec::with_capacity(self.items.len());
        while let Some(ready) = schedule.pop() {
            order.push(ready.node);
            schedule.complete(ready.node, Outcome::Done);
        }
        order
    }
}

fn provider_item(stack: &Stack<'_>, item: ItemId) -> Option<ItemId> {
    let Item::Resource(index) = item.item else {
        return None;
    };
    let (_, resource) = stack
        .config
        .node(item.node)
        .module
        .resources
        .get_index(index)?;
    let (local, alias) = resource.provider_local();
    let key = stack.provider_key(item.node, local, alias);
    Some(ItemId {
        node: NodeId(key.node),
        item: Item::Provider(stack.provider_block(&key)?),
    })
}

impl<'a> Providers<'a> {
    /// No provider configured yet.
    pub fn new(stack: Stack<'a>) -> Self {
        Providers {
            stack,
            configured: RefCell::default(),
            unknown: RefCell::default(),
        }
    }

    /// A provider that was configured before.
    pub fn get(&self, key: &ProviderKey) -> Option<Arc<dyn Configured>> {
        self.configured.borrow().get(key).cloned().flatten()
    }

    /// Whether the configuration of a provider is not known yet, so that it
    /// could not be configured.
    pub fn is_unknown(&self, key: &ProviderKey) -> bool {
        self.unknown.borrow().contains(key)
    }

    /// Configures every provider that has no block of its own.
    pub async fn configure_implied(&self, keys: impl Iterator<Item = ProviderKey>) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        for key in keys {
            let known = self.configured.borrow().contains_key(&key);
            if known || self.stack.provider_block(&key).is_some() {
                continue;
            }
            let Some(provider) = self.stack.schemas.provider(&key.source) else {
                continue;
            };
            let empty = block_spec(&provider.schema().provider.block).empty();
            self.configure(key, &empty, None, &mut diagnostics).await;
        }
        diagnostics
    }

    /// Configures the provider of a `provider` block, unless that is not
    /// known in full and the provider cannot do without.
    pub async fn configure_block(
        &self,
        evaluation: &Evaluation<'_>,
        node: NodeId,
        index: usize,
    ) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let module = &self.stack.config.node(node).module;
        let Some((_, config)) = module.provider_configs.get_index(index) else {
            return diagnostics;
        };
        let (Some(source), Some(scope)) = (
            config.provider.clone(),
            evaluation.instances(node).into_iter().next(),
        ) else {
            return diagnostics;
        };
        let Some(provider) = self.stack.schemas.provider(&source) else {
            return diagnostics;
        };
        let spec = block_spec(&provider.schema().provider.block);
        let view = evaluation.view(&scope);
        let (value, found) = view.scope(|scope| decode_body(&config.body, &spec, scope));
        diagnostics.extend(found);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let key = ProviderKey {
            source,
            node: node.0,
            alias: config.alias.clone(),
        };
        let (bare, _) = value.unmark_deep();
        if !bare.is_wholly_known() && !provider.configures_unknown() {
            self.unknown.borrow_mut().insert(key);
            return diagnostics;
        }
        let place = Some((&config.body, config.span));
        self.configure(key, &bare, place, &mut diagnostics).await;
        diagnostics
    }

    async fn configure(
        &self,
        key: ProviderKey,
        config: &Value,
        place: Option<(&Body, Span)>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(provider) = self.stack.schemas.provider(&key.source) else {
            return;
        };
        let configured = match provider.configure(config).await {
            Ok(configured) => Some(configured),
            Err(problems) => {
                for problem in problems {
                    diagnostics.push(match place {
                        Some((body, span)) => located(problem, body, span),
                        None => without_place(problem),
                    });
                }
                None
            }
        };
        self.configured.borrow_mut().insert(key, configured);
    }
}

/// A problem that no configuration is to blame for.
pub(crate) fn without_place(problem: Problem) -> Diagnostic {
    let severity = match problem.severity {
        trueup_sdk::ProblemSeverity::Error => trueup_syntax::Severity::Error,
        trueup_sdk::ProblemSeverity::Warning => trueup_syntax::Severity::Warning,
    };
    Diagnostic::without_place(severity, problem.summary, problem.detail)
}
