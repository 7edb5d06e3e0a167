//! Cycles: what refers to itself, over whatever detours.

use std::collections::{HashMap, HashSet, VecDeque};

use petgraph::{
    Direction,
    graph::{EdgeIndex, NodeIndex},
    visit::EdgeRef,
};
use trueup_syntax::Diagnostics;

use super::{Graph, Item, ItemId, graph::Items, without_place};
use crate::load::Config;

impl Graph {
    /// All cycles, each with everything on it, in Terraform's words.
    pub fn cycles(&self, config: &Config) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        for component in petgraph::algo::kosaraju_scc(&self.graph) {
            if component.len() < 2 {
                continue;
            }
            let all: Vec<ItemId> = component.iter().map(|index| self.graph[*index]).collect();
            let mut names: Vec<String> = all
                .iter()
                .filter(|id| !matches!(id.item, Item::Close | Item::Call(_)) || all.len() < 3)
                .map(|id| name(config, *id))
                .collect();
            names.sort();
            let mut diagnostic = without_place(format!("Cycle: {}", names.join(", ")), "");
            diagnostic.subject = all.iter().find_map(|id| span(config, *id));
            let ring = ring(&self.graph, &component);
            diagnostic.hints = ring
                .iter()
                .map(|edge| self.describe(config, *edge))
                .collect();
            let shown: HashSet<ItemId> = ring
                .iter()
                .filter_map(|edge| self.graph.edge_endpoints(*edge))
                .map(|(from, _)| self.graph[from])
                .collect();
            for id in all.into_iter().filter(|id| !shown.contains(id)) {
                let Some(span) = span(config, id) else {
                    continue;
                };
                let place = config.sources().file(span.file).describe(span);
                diagnostic
                    .hints
                    .push(format!("{} is at {place}", name(config, id)));
            }
            diagnostics.push(diagnostic);
        }
        diagnostics
    }

    /// Why one item needs another: the expression that refers to it.
    fn describe(&self, config: &Config, edge: EdgeIndex<u32>) -> String {
        let Some((from, to)) = self.graph.edge_endpoints(edge) else {
            return String::new();
        };
        let (from, to) = (self.graph[from], self.graph[to]);
        let needs = format!("{} needs {}", name(config, to), name(config, from));
        match self.graph.edge_weight(edge).copied().flatten() {
            Some(span) => {
                let file = config.sources().file(span.file);
                let text = file.text.get(span.start as usize..span.end as usize);
                let text = text.unwrap_or_default();
                format!("{needs}: {text} at {}", file.describe(span))
            }
            None => needs,
        }
    }
}

/// The edges of a shortest ring through the first of some items that all
/// depend on each other, each followed by the one that leads to its start.
fn ring(graph: &Items, component: &[NodeIndex<u32>]) -> Vec<EdgeIndex<u32>> {
    let Some(start) = component.iter().copied().min() else {
        return Vec::new();
    };
    let inside: HashSet<NodeIndex<u32>> = component.iter().copied().collect();
    let mut reached: HashMap<NodeIndex<u32>, EdgeIndex<u32>> = HashMap::new();
    let mut pending = VecDeque::from([start]);
    while let Some(at) = pending.pop_front() {
        for edge in graph.edges_directed(at, Direction::Incoming) {
            let next = edge.source();
            if !inside.contains(&next) || reached.contains_key(&next) {
                continue;
            }
            reached.insert(next, edge.id());
            if next == start {
                break;
            }
            pending.push_back(next);
        }
    }
    let mut edges = Vec::new();
    let mut at = start;
    while let Some(edge) = reached.get(&at) {
        edges.push(*edge);
        at = graph.edge_endpoints(*edge).map_or(start, |(_, to)| to);
        if at == start {
            break;
        }
    }
    edges.reverse();
    edges
}

/// An item as Terraform calls it in messages about cycles.
fn name(config: &Config, id: ItemId) -> String {
    let node = config.node(id.node);
    let module = &node.module;
    let local = match id.item {
        Item::Variable(i) => module
            .variables
            .get_index(i)
            .map(|(name, _)| format!("var.{name}")),
        Item::Validation(i) => module
            .variables
            .get_index(i)
            .map(|(name, _)| format!("var.{name} (validation)")),
        Item::Local(i) => module
            .locals
            .get_index(i)
            .map(|(name, _)| format!("local.{name} (expand)")),
        Item::Output(i) => module
            .outputs
            .get_index(i)
            .map(|(name, _)| format!("output.{name}")),
        Item::Resource(i) => module
            .resources
            .get_index(i)
            .map(|(address, _)| address.to_string()),
        Item::Provider(i) => module.provider_configs.get_index(i).map(|(_, config)| {
            let source = config
                .provider
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            match &config.alias {
                Some(alias) => format!("provider[\"{source}\"].{alias}"),
                None => format!("provider[\"{source}\"]"),
            }
        }),
        Item::Check(i) => module
            .checks
            .get_index(i)
            .map(|(name, _)| format!("check.{name}")),
        Item::Import(_) => Some("import".to_owned()),
        Item::Call(i) => module
            .module_calls
            .get_index(i)
            .map(|(name, _)| format!("module.{name} (expand)")),
        Item::Close => return format!("{} (close)", node.path),
    };
    let local = local.unwrap_or_default();
    let expanded = match id.item {
        Item::Variable(_) | Item::Output(_) if !node.path.is_root() => format!("{local} (expand)"),
        _ => local,
    };
    match node.path.is_root() {
        true => expanded,
        false => format!("{}.{expanded}", node.path),
    }
}

fn span(config: &Config, id: ItemId) -> Option<trueup_syntax::Span> {
    let module = &config.node(id.node).module;
    match id.item {
        Item::Variable(i) | Item::Validation(i) => {
            module.variables.get_index(i).map(|(_, v)| v.span)
        }
        Item::Local(i) => module.locals.get_index(i).map(|(_, l)| l.value.span),
        Item::Output(i) => module.outputs.get_index(i).map(|(_, o)| o.span),
        Item::Resource(i) => module.resources.get_index(i).map(|(_, r)| r.span),
        Item::Provider(i) => module.provider_configs.get_index(i).map(|(_, p)| p.span),
        Item::Check(i) => module.checks.get_index(i).map(|(_, c)| c.span),
        Item::Import(i) => module.imports.get(i).map(|import| import.span),
        Item::Call(i) => module.module_calls.get_index(i).map(|(_, c)| c.span),
        Item::Close => None,
    }
}
