//! What refers to what, over all modules.
//!
//! Edges are direct references only; nothing here is transitive.

use petgraph::{
    Direction,
    graph::{DiGraph, NodeIndex},
};
use trueup_lang::references;
use trueup_syntax::{
    Diagnostics, Span,
    ast::{Expr, Traversal},
};

use super::{Findings, Schemas, graph_bodies::Bodies, providers};
use crate::{
    address::{Subject, parse_reference},
    config::{CheckRule, Import, Module, Resource},
    load::{Config, NodeId},
};

/// Something in a module that is evaluated by itself. Indices count within
/// the kind, in order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// An input variable.
    Variable(usize),
    /// The validations of a variable.
    Validation(usize),
    /// A local value.
    Local(usize),
    /// An output.
    Output(usize),
    /// A resource of any mode.
    Resource(usize),
    /// A `provider` block.
    Provider(usize),
    /// A `check` block.
    Check(usize),
    /// An `import` block.
    Import(usize),
    /// A module call: what everything in the module waits for.
    Call(usize),
    /// The end of the module: what waits for everything in it.
    Close,
}

/// An item of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// The module.
    pub node: NodeId,
    /// The item.
    pub item: Item,
}

/// All items, and from each an edge to those that refer to it.
pub struct Graph {
    /// Edges know the reference they stand for, if it is one.
    pub(super) graph: Items,
    bases: Vec<Bases>,
}

pub(super) type Items = DiGraph<ItemId, Option<Span>, u32>;

/// The items an item refers to, directly.
pub type Edges = Vec<ItemId>;

/// Where the items of a module begin in the graph.
#[derive(Clone, Copy)]
struct Bases {
    start: [u32; 9],
    close: u32,
}

impl Bases {
    fn of(&self, item: Item) -> NodeIndex<u32> {
        let at = |kind: usize, index: usize| self.start[kind] + index as u32;
        NodeIndex::new(match item {
            Item::Variable(index) => at(0, index),
            Item::Validation(index) => at(1, index),
            Item::Local(index) => at(2, index),
            Item::Output(index) => at(3, index),
            Item::Resource(index) => at(4, index),
            Item::Provider(index) => at(5, index),
            Item::Check(index) => at(6, index),
            Item::Import(index) => at(7, index),
            Item::Call(index) => at(8, index),
            Item::Close => self.close,
        } as usize)
    }
}

impl Graph {
    /// The graph of a configuration. Every expression in a body counts,
    /// whether its schema has a place for it or not.
    pub fn new(config: &Config) -> Self {
        Graph::build(config, Bodies::Whole)
    }

    /// The same, without what stands in arguments and blocks that the schema
    /// of their body lacks.
    pub(super) fn by_schemas(config: &Config, schemas: &dyn Schemas) -> Self {
        Graph::build(config, Bodies::BySchemas(schemas))
    }

    fn build(config: &Config, bodies: Bodies<'_>) -> Self {
        let mut graph = Items::default();
        let mut bases = Vec::with_capacity(config.nodes().len());
        for (node, place) in config.nodes() {
            bases.push(add_items(&mut graph, node, &place.module));
        }
        let mut built = Graph { graph, bases };
        for (node, _) in config.nodes() {
            built.connect(config, node, bodies);
        }
        built
    }

    fn index(&self, node: NodeId, item: Item) -> NodeIndex<u32> {
        self.bases[node.0 as usize].of(item)
    }

    fn edge(&mut self, from: NodeIndex<u32>, to: NodeIndex<u32>, reference: Option<Span>) {
        if from != to {
            self.graph.add_edge(from, to, reference);
        }
    }

    fn connect(&mut self, config: &Config, node: NodeId, bodies: Bodies<'_>) {
        let module = config.node(node).module.clone();
        let call = config
            .node(node)
            .parent
            .as_ref()
            .and_then(|(parent, name)| {
                let index = config
                    .node(*parent)
                    .module
                    .module_calls
                    .get_index_of(name)?;
                Some(self.index(*parent, Item::Call(index)))
            });
        let close = self.index(node, Item::Close);
        if let Some(call) = call {
            // There may be nothing in the module.
            self.edge(call, close, None);
        }
        for item in items(&module) {
            let at = self.index(node, item);
            self.edge(at, close, None);
            if let Some(call) = call {
                self.edge(call, at, None);
            }
            for traversal in item_references(&module, item, bodies) {
                self.connect_reference(config, node, &traversal, at);
            }
            if let Item::Resource(index) = item
                && let Some((_, resource)) = module.resources.get_index(index)
                && let Some((place, provider)) = providers::config_of(config, node, resource)
            {
                let provider = self.index(place, Item::Provider(provider));
                self.edge(provider, at, None);
            }
            if let Item::Import(index) = item
                && let Some(import) = module.imports.get(index)
                && let Some(resource) = import_target(config, import)
            {
                let resource = self.bases[resource.node.0 as usize].of(resource.item);
                self.edge(at, resource, None);
            }
            if let Item::Validation(index) = item {
                let variable = self.index(node, Item::Variable(index));
                self.edge(variable, at, None);
            }
            if let Item::Check(index) = item
                && let Some((_, check)) = module.checks.get_index(index)
                && let Some(data) = &check.data
                && let Some(index) = module.resources.get_index_of(&data.address)
            {
                let data = self.index(node, Item::Resource(index));
                self.edge(data, at, None);
            }
        }
        self.connect_arguments(config, node);
    }

    /// The values a module is called with stand in the calling module.
    fn connect_arguments(&mut self, config: &Config, node: NodeId) {
        let (Some(call), Some((parent, _))) = (config.call(node), &config.node(node).parent) else {
            return;
        };
        let module = &config.node(node).module;
        for attribute in call.body.just_attributes(&mut Diagnostics::default()) {
            let Some(index) = module.variables.get_index_of(&attribute.name.name) else {
                continue;
            };
            let at = self.index(node, Item::Variable(index));
            for traversal in references(&attribute.expr) {
                self.connect_reference(config, *parent, traversal, at);
            }
        }
    }

    fn connect_reference(
        &mut self,
        config: &Config,
        node: NodeId,
        traversal: &Traversal,
        to: NodeIndex<u32>,
    ) {
        let Ok(reference) = parse_reference(traversal) else {
            return;
        };
        let place = config.node(node);
        let module = &place.module;
        let local = |item: Option<Item>| item.map(|item| self.index(node, item));
        let from = match &reference.subject {
            Subject::Variable(name) => {
                let index = module.variables.get_index_of(name);
                if let Some(index) = index
                    && let Some(variable) = module.variables.get_index(index).map(|(_, v)| v)
                    && !variable.validations.is_empty()
                {
                    let validation = self.index(node, Item::Validation(index));
                    self.edge(validation, to, Some(traversal.span()));
                }
                index.map(|index| self.index(node, Item::Variable(index)))
            }
            Subject::Local(name) => local(module.locals.get_index_of(name).map(Item::Local)),
            Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
                local(module.resources.get_index_of(address).map(Item::Resource))
            }
            Subject::ModuleOutput(name, _, output) => place.children.get(name).map(|child| {
                let index = config.node(*child).module.outputs.get_index_of(output);
                self.index(*child, index.map_or(Item::Close, Item::Output))
            }),
            Subject::Module(name) | Subject::ModuleInstance(name, _) => place
                .children
                .get(name)
                .map(|child| self.index(*child, Item::Close)),
            _ => None,
        };
        if let Some(from) = from {
            self.edge(from, to, Some(traversal.span()));
        }
    }

    /// Puts what was found in items that depend on others with errors behind
    /// all else: Terraform stops at the others.
    pub(super) fn put_dependents_last(&self, findings: &mut Findings) {
        let failed = findings.0.iter().filter(|(_, found)| found.has_errors());
        let mut pending: Vec<NodeIndex<u32>> =
            failed.map(|(id, _)| self.index(id.node, id.item)).collect();
        if pending.is_empty() {
            return;
        }
        let mut reached = vec![false; self.graph.node_count()];
        while let Some(index) = pending.pop() {
            for next in self.graph.neighbors_directed(index, Direction::Outgoing) {
                if !std::mem::replace(&mut reached[next.index()], true) {
                    pending.push(next);
                }
            }
        }
        findings
            .0
            .sort_by_key(|(id, _)| reached[self.index(id.node, id.item).index()]);
    }

    /// The resources and what they refer to, for drawing.
    pub fn references_of(&self, id: ItemId) -> Edges {
        let index = self.index(id.node, id.item);
        let neighbors = self.graph.neighbors_directed(index, Direction::Incoming);
        neighbors.map(|index| self.graph[index]).collect()
    }

    /// Every item.
    pub fn items(&self) -> impl Iterator<Item = ItemId> {
        self.graph.node_weights().copied()
    }
}

/// The resource an `import` block is for. One that refers to its own resource
/// is judged elsewhere.
fn import_target(config: &Config, import: &Import) -> Option<ItemId> {
    let node = config.descendant_for_instance(import.module())?;
    let module = &config.node(node).module;
    let index = module.resources.get_index_of(&import.to.resource)?;
    let own = |traversal: &&Traversal| match parse_reference(traversal).map(|r| r.subject) {
        Ok(Subject::Resource(address) | Subject::ResourceInstance(address, _)) => {
            address == import.to.resource && import.module().0.is_empty()
        }
        _ => false,
    };
    let expressions = [&import.id, &import.for_each].into_iter().flatten();
    let refers_to_itself = expressions
        .flat_map(|attribute| references(&attribute.expr))
        .any(|traversal| own(&traversal));
    let item = Item::Resource(index);
    (!refers_to_itself).then_some(ItemId { node, item })
}

fn add_items(graph: &mut Items, node: NodeId, module: &Module) -> Bases {
    let mut start = [0; 9];
    let mut add = |kind: usize, count: usize, make: fn(usize) -> Item| {
        start[kind] = graph.node_count() as u32;
        for index in 0..count {
            graph.add_node(ItemId {
                node,
                item: make(index),
            });
        }
    };
    add(0, module.variables.len(), Item::Variable);
    add(1, module.variables.len(), Item::Validation);
    add(2, module.locals.len(), Item::Local);
    add(3, module.outputs.len(), Item::Output);
    add(4, module.resources.len(), Item::Resource);
    add(5, module.provider_configs.len(), Item::Provider);
    add(6, module.checks.len(), Item::Check);
    add(7, module.imports.len(), Item::Import);
    add(8, module.module_calls.len(), Item::Call);
    let close = graph.add_node(ItemId {
        node,
        item: Item::Close,
    });
    Bases {
        start,
        close: close.index() as u32,
    }
}

fn items(module: &Module) -> impl Iterator<Item = Item> + use<> {
    let (variables, locals, outputs) = (
        module.variables.len(),
        module.locals.len(),
        module.outputs.len(),
    );
    (0..variables)
        .map(Item::Variable)
        .chain((0..variables).map(Item::Validation))
        .chain((0..locals).map(Item::Local))
        .chain((0..outputs).map(Item::Output))
        .chain((0..module.resources.len()).map(Item::Resource))
        .chain((0..module.provider_configs.len()).map(Item::Provider))
        .chain((0..module.checks.len()).map(Item::Check))
        .chain((0..module.imports.len()).map(Item::Import))
        .chain((0..module.module_calls.len()).map(Item::Call))
}

/// The traversals of an item, within its own module.
fn item_references(module: &Module, item: Item, bodies: Bodies<'_>) -> Vec<Traversal> {
    let mut found = Vec::new();
    match item {
        Item::Variable(_) | Item::Close => {}
        Item::Validation(index) => {
            if let Some((_, variable)) = module.variables.get_index(index) {
                add_rules(&variable.validations, &mut found);
            }
        }
        Item::Local(index) => {
            if let Some((_, local)) = module.locals.get_index(index) {
                add(&local.value.expr, &mut found);
            }
        }
        Item::Output(index) => {
            if let Some((_, output)) = module.outputs.get_index(index) {
                found.extend(output.depends_on.iter().cloned());
                add_rules(&output.preconditions, &mut found);
                if let Some(value) = &output.value {
                    add(&value.expr, &mut found);
                }
            }
        }
        Item::Resource(index) => {
            if let Some((_, resource)) = module.resources.get_index(index) {
                add_resource(resource, bodies, &mut found);
            }
        }
        Item::Provider(index) => {
            if let Some((_, config)) = module.provider_configs.get_index(index) {
                bodies.provider(config, &mut found);
            }
        }
        Item::Check(index) => {
            if let Some((_, check)) = module.checks.get_index(index) {
                add_rules(&check.asserts, &mut found);
            }
        }
        Item::Import(index) => {
            if let Some(import) = module.imports.get(index) {
                for attribute in [&import.id, &import.for_each].into_iter().flatten() {
                    add(&attribute.expr, &mut found);
                }
            }
        }
        Item::Call(index) => {
            if let Some((_, call)) = module.module_calls.get_index(index) {
                found.extend(call.depends_on.iter().cloned());
                for attribute in [&call.count, &call.for_each].into_iter().flatten() {
                    add(&attribute.expr, &mut found);
                }
            }
        }
    }
    found
}

fn add(expr: &Expr, found: &mut Vec<Traversal>) {
    found.extend(references(expr).into_iter().cloned());
}

fn add_rules(rules: &[CheckRule], found: &mut Vec<Traversal>) {
    for rule in rules {
        for expr in [rule.condition(), rule.error_message()]
            .into_iter()
            .flatten()
        {
            add(expr, found);
        }
    }
}

fn add_resource(resource: &Resource, bodies: Bodies<'_>, found: &mut Vec<Traversal>) {
    found.extend(resource.depends_on.iter().cloned());
    for attribute in [&resource.count, &resource.for_each].into_iter().flatten() {
        add(&attribute.expr, found);
    }
    bodies.resource(resource, found);
    add_rules(&resource.preconditions, found);
    add_rules(&resource.postconditions, found);
    let Some(managed) = &resource.managed else {
        return;
    };
    for trigger in &managed.lifecycle.replace_triggered_by {
        add(trigger, found);
    }
    let connections = managed
        .provisioners
        .iter()
        .filter_map(|p| p.connection.as_ref());
    for connection in managed.connection.iter().chain(connections) {
        bodies.connection(connection, found);
    }
    for provisioner in &managed.provisioners {
        bodies.provisioner(provisioner, found);
    }
}
