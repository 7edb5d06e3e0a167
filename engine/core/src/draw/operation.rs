//! The graph of an operation, as Terraform's own has its nodes and edges.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::reduced;
use crate::{
    config::{ProviderConfig, Resource},
    load::{Config, NodeId},
    validate::{Graph, Item, ItemId, config_of},
};

/// Which operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A plan of changes.
    Plan,
    /// A plan that only learns what there is.
    RefreshOnly,
    /// Applying a plan of all that is configured.
    Apply,
}

/// What is done in an operation, and what each step waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationGraph {
    pub(super) steps: BTreeMap<String, Step>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    after: BTreeSet<String>,
    shape: Option<Shape>,
}

/// How a step is drawn: its label and its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    label: String,
    shape: &'static str,
}

impl OperationGraph {
    /// The graph of an operation on a configuration.
    pub fn new(config: &Config, operation: Operation) -> Self {
        let mut builder = Builder::new(config, operation);
        let items: Vec<ItemId> = builder.graph.items().collect();
        for id in items {
            builder.item(id);
        }
        OperationGraph {
            steps: builder.steps,
        }
    }

    /// In the DOT language, without the edges that follow from others.
    pub fn to_dot(&self) -> String {
        let mut dot = String::from(
            "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n",
        );
        for (name, step) in &self.steps {
            if let Some(Shape { label, shape }) = &step.shape {
                let (name, label) = (quoted(name), escaped(label));
                let _ = writeln!(dot, "\t\t{name} [label = \"{label}\", shape = \"{shape}\"]");
            }
        }
        for (from, to) in self.edges() {
            let _ = writeln!(dot, "\t\t{} -> {}", quoted(from), quoted(to));
        }
        dot.push_str("\t}\n}\n");
        dot
    }

    fn edges(&self) -> Vec<(&str, &str)> {
        let names: Vec<&str> = self.steps.keys().map(String::as_str).collect();
        let place = |name: &String| names.binary_search(&name.as_str()).ok();
        let after = |step: &Step| step.after.iter().filter_map(place).collect();
        let direct: Vec<Vec<usize>> = self.steps.values().map(after).collect();
        let edges = names.iter().enumerate().flat_map(|(from, name)| {
            let left = reduced(&direct, from).into_iter();
            left.filter_map(|to| Some((*name, *names.get(to)?)))
                .collect::<Vec<_>>()
        });
        let mut edges: Vec<(&str, &str)> = edges.collect();
        edges.sort_by_cached_key(|(from, to)| format!("{} -> {}", quoted(from), quoted(to)));
        edges
    }
}

fn quoted(name: &str) -> String {
    format!("\"[root] {}\"", escaped(name))
}

fn escaped(text: &str) -> String {
    text.replace('"', "\\\"")
}

pub(super) struct Builder<'a> {
    pub(super) config: &'a Config,
    graph: Graph,
    operation: Operation,
    pub(super) steps: BTreeMap<String, Step>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(config: &'a Config, operation: Operation) -> Self {
        Builder {
            config,
            graph: Graph::new(config),
            operation,
            steps: BTreeMap::new(),
        }
    }
}

impl Builder<'_> {
    fn item(&mut self, id: ItemId) {
        let Some(name) = self.name(id) else { return };
        let before = self.before(id);
        let step = self.steps.entry(name.clone()).or_default();
        step.after.extend(before);
        let node = self.config.node(id.node);
        match id.item {
            Item::Variable(_) if node.path.is_root() => self.draw(&name, &name, "note"),
            Item::Check(_) if self.operation != Operation::Apply => {
                self.wait(&name, reported(&name));
            }
            Item::Resource(index) => {
                if let Some((_, resource)) = node.module.resources.get_index(index) {
                    self.resource(id.node, resource, &name);
                }
            }
            Item::Close => self.close(id.node, &name),
            _ => {}
        }
    }

    pub(super) fn resource(&mut self, node: NodeId, resource: &Resource, name: &str) {
        let label = name.strip_suffix(EXPAND).unwrap_or(name);
        self.draw(name, label, "box");
        if let Some(check) = &resource.check
            && self.operation != Operation::Apply
        {
            let check = format!("{}check.{check}", self.prefix(node));
            self.wait(name, reported(&check));
        }
        let provider = self.provider_of(node, resource);
        self.used(provider, name);
    }

    /// A provider is there before what uses it, and closed afterwards.
    pub(super) fn used(&mut self, provider: String, name: &str) {
        self.draw(&provider, &provider, "diamond");
        let end = format!("{provider} (close)");
        self.wait(&end, name.to_owned());
        self.wait(&end, provider.clone());
        self.wait(name, provider);
        self.wait(ROOT, end);
    }

    pub(super) fn close(&mut self, node: NodeId, name: &str) {
        for child in self.config.node(node).children.values() {
            let id = ItemId {
                node: *child,
                item: Item::Close,
            };
            if let Some(child) = self.name(id) {
                self.wait(name, child);
            }
        }
    }

    pub(super) fn wait(&mut self, name: &str, before: String) {
        self.steps.entry(before.clone()).or_default();
        let step = self.steps.entry(name.to_owned()).or_default();
        step.after.insert(before);
    }

    pub(super) fn draw(&mut self, name: &str, label: &str, shape: &'static str) {
        let label = label.to_owned();
        let step = self.steps.entry(name.to_owned()).or_default();
        step.shape = Some(Shape { label, shape });
    }

    /// What an item refers to. What is no step of its own stands for what it
    /// refers to.
    fn before(&self, id: ItemId) -> Vec<String> {
        let references = self.graph.references_of(id).into_iter();
        let names = references.flat_map(|before| match (self.name(before), before.item) {
            (Some(name), _) => vec![name],
            (None, Item::Import(_)) if self.operation == Operation::Plan => self.before(before),
            (None, _) => Vec::new(),
        });
        names.collect()
    }

    fn prefix(&self, node: NodeId) -> String {
        let path = &self.config.node(node).path;
        match path.is_root() {
            true => String::new(),
            false => format!("{path}."),
        }
    }

    /// The name of a step; none for an item that is none.
    pub(super) fn name(&self, id: ItemId) -> Option<String> {
        let node = self.config.node(id.node);
        let module = &node.module;
        let prefix = self.prefix(id.node);
        let expanded = |text: String| Some(format!("{prefix}{text}{EXPAND}"));
        match id.item {
            Item::Variable(index) => {
                let (name, _) = module.variables.get_index(index)?;
                match node.path.is_root() {
                    true => Some(format!("var.{name}")),
                    false => expanded(format!("var.{name}")),
                }
            }
            Item::Validation(index) => {
                let (name, variable) = module.variables.get_index(index)?;
                let ruled = !variable.validations.is_empty();
                ruled.then(|| format!("{prefix}var.{name} (validation)"))
            }
            Item::Local(index) => expanded(format!("local.{}", module.locals.get_index(index)?.0)),
            Item::Output(index) => {
                expanded(format!("output.{}", module.outputs.get_index(index)?.0))
            }
            Item::Resource(index) => expanded(module.resources.get_index(index)?.0.to_string()),
            Item::Check(index) => expanded(format!("check.{}", module.checks.get_index(index)?.0)),
            Item::Call(index) => expanded(format!(
                "module.{}",
                module.module_calls.get_index(index)?.0
            )),
            Item::Close if node.path.is_root() => Some(ROOT.to_owned()),
            Item::Close => Some(format!("{} (close)", node.path)),
            // A step only where a resource needs it, under the name it has there.
            Item::Provider(_) | Item::Import(_) => None,
        }
    }

    /// The provider configuration a resource uses, with what that refers to.
    fn provider_of(&mut self, node: NodeId, resource: &Resource) -> String {
        let source = resource.provider.as_ref().map(ToString::to_string);
        let plain = format!("provider[\"{}\"]", source.unwrap_or_default());
        let Some((place, index)) = config_of(self.config, node, resource) else {
            return plain;
        };
        let configs = &self.config.node(place).module.provider_configs;
        let alias =
            |config: &ProviderConfig| config.alias.as_ref().map(|alias| format!(".{alias}"));
        let found = configs.get_index(index);
        let alias = found.and_then(|(_, config)| alias(config));
        let name = format!("{}{plain}{}", self.prefix(place), alias.unwrap_or_default());
        let item = Item::Provider(index);
        let before = self.before(ItemId { node: place, item });
        let step = self.steps.entry(name.clone()).or_default();
        step.after.extend(before);
        name
    }
}

const EXPAND: &str = " (expand)";
pub(super) const ROOT: &str = "root";

/// The step that reports a check, after which the check may run.
fn reported(check: &str) -> String {
    let check = check.strip_suffix(EXPAND).unwrap_or(check);
    format!("{check} (report)")
}
