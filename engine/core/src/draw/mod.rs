//! The resources of a configuration and how they depend on each other, for
//! people to look at.

mod operation;
mod planned;

pub use operation::{Operation, OperationGraph};

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    address::{ModulePath, ProviderSource, Resource as Address},
    config::Module,
    load::Config,
    validate::{Graph, Item, ItemId},
};

/// The resources, and which waits for which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceGraph {
    /// Each with its module, in order of address, the root module first.
    pub nodes: Vec<(ModulePath, Address)>,
    /// From what waits to what it waits for, as indices of `nodes`; what
    /// follows from other edges is left out.
    pub edges: Vec<(usize, usize)>,
}

impl ResourceGraph {
    /// The resources of a configuration.
    pub fn new(config: &Config) -> Self {
        let graph = Graph::new(config);
        let mut items: Vec<(ModulePath, Address, ItemId)> = graph
            .items()
            .filter_map(|id| {
                let Item::Resource(index) = id.item else {
                    return None;
                };
                let node = config.node(id.node);
                let (address, _) = node.module.resources.get_index(index)?;
                Some((node.path.clone(), address.clone(), id))
            })
            .collect();
        items.sort_by_cached_key(|(path, address, _)| (path.to_string(), address.to_string()));
        let positions: BTreeMap<ItemId, usize> = items
            .iter()
            .enumerate()
            .map(|(index, (_, _, id))| (*id, index))
            .collect();
        let direct: Vec<Vec<usize>> = items
            .iter()
            .map(|(_, _, id)| nearest(&graph, *id, &positions))
            .collect();
        let edges = (0..items.len())
            .flat_map(|from| reduced(&direct, from).into_iter().map(move |to| (from, to)))
            .collect();
        ResourceGraph {
            nodes: items
                .into_iter()
                .map(|(path, address, _)| (path, address))
                .collect(),
            edges,
        }
    }

    /// In the DOT language, as `terraform graph` prints it.
    pub fn to_dot(&self) -> String {
        let mut dot = String::from(
            "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
        );
        let mut module = ModulePath::root();
        for (path, address) in &self.nodes {
            if *path != module {
                if !module.is_root() {
                    dot.push_str("  }\n");
                }
                let _ = writeln!(
                    dot,
                    "  subgraph \"cluster_{path}\" {{\n    label = \"{path}\"\n    fontname = \"sans-serif\""
                );
                module = path.clone();
            }
            let indent = if path.is_root() { "  " } else { "    " };
            let name = full_name(path, address);
            let _ = writeln!(dot, "{indent}\"{name}\" [label=\"{address}\"];");
        }
        if !module.is_root() {
            dot.push_str("  }\n");
        }
        for (from, to) in &self.edges {
            let (Some((a, x)), Some((b, y))) = (self.nodes.get(*from), self.nodes.get(*to)) else {
                continue;
            };
            let _ = writeln!(dot, "  \"{}\" -> \"{}\";", full_name(a, x), full_name(b, y));
        }
        dot.push_str("}\n");
        dot
    }
}

/// A resource with its module.
pub fn full_name(path: &ModulePath, address: &Address) -> String {
    match path.is_root() {
        true => address.to_string(),
        false => format!("{path}.{address}"),
    }
}

/// The resources that are reached without passing another one.
fn nearest(graph: &Graph, from: ItemId, positions: &BTreeMap<ItemId, usize>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::from([from]);
    let mut pending = graph.references_of(from);
    while let Some(id) = pending.pop() {
        if !seen.insert(id) {
            continue;
        }
        match positions.get(&id) {
            Some(position) => found.push(*position),
            None => pending.extend(graph.references_of(id)),
        }
    }
    found.sort_unstable();
    found
}

/// The direct edges that no longer way makes superfluous.
fn reduced(direct: &[Vec<usize>], from: usize) -> Vec<usize> {
    let Some(own) = direct.get(from).filter(|own| own.len() > 1) else {
        return direct.get(from).cloned().unwrap_or_default();
    };
    let mut reached = std::collections::HashSet::new();
    let mut pending: Vec<usize> = own
        .iter()
        .flat_map(|to| direct[*to].iter().copied())
        .collect();
    while let Some(index) = pending.pop() {
        if reached.insert(index) {
            pending.extend(direct[index].iter().copied());
        }
    }
    own.iter()
        .copied()
        .filter(|to| !reached.contains(to))
        .collect()
}

/// The providers a module needs, with what it says about their versions: those
/// it requires, configures, or uses through a resource.
pub fn providers_of(module: &Module) -> BTreeMap<ProviderSource, Vec<String>> {
    let mut providers: BTreeMap<ProviderSource, Vec<String>> = BTreeMap::new();
    for required in module.requirements.providers.values() {
        let versions = providers.entry(required.provider.clone()).or_default();
        versions.extend(
            required
                .version
                .iter()
                .map(|version| version.constraints.canonical()),
        );
    }
    for config in module.provider_configs.values() {
        let Some(provider) = &config.provider else {
            continue;
        };
        let versions = providers.entry(provider.clone()).or_default();
        versions.extend(
            config
                .version
                .iter()
                .map(|version| version.constraints.canonical()),
        );
    }
    for provider in module
        .resources
        .values()
        .filter_map(|resource| resource.provider.as_ref())
    {
        providers.entry(provider.clone()).or_default();
    }
    providers
}
