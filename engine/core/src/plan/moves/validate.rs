//! What is wrong with statements, once it is known what there is.

use std::{collections::HashMap, rc::Rc};

use trueup_syntax::{Diagnostic, Diagnostics, Severity, Span};

use super::{
    order::edges,
    said,
    statement::{Kind, Statement},
};
use crate::{
    address::{AbsResource, InstanceKey, ModuleInstance, Target},
    config::{ModuleCall, Resource},
    evaluate::{Evaluation, ModuleScope},
    load::Config,
};

/// Where statements lead from an address, or from where they lead to one. A call
/// and the instance of it without a key have the same address.
type Ends = HashMap<(Kind, Target), (Target, Option<Span>)>;

/// Judges all statements. Their words are Terraform's.
pub(in crate::plan) fn check_moves(config: &Config, evaluation: &Evaluation<'_>) -> Diagnostics {
    let statements = said(config);
    if statements.is_empty() {
        return Diagnostics::default();
    }
    let judge = Judge::new(config, evaluation);
    let mut diagnostics = Diagnostics::default();
    let (mut from, mut to) = (Ends::new(), Ends::new());
    for statement in &statements {
        let Some(node) = config.descendant(&statement.module) else {
            continue;
        };
        for scope in evaluation.instances(node) {
            judge.statement(
                statement,
                &scope.address,
                (&mut from, &mut to),
                &mut diagnostics,
            );
        }
    }
    if !diagnostics.has_errors() {
        diagnostics.extend(cycles(config, &statements));
    }
    diagnostics
}

struct Judge<'a> {
    config: &'a Config,
    /// All module instances.
    scopes: HashMap<ModuleInstance, Rc<ModuleScope>>,
}

impl<'a> Judge<'a> {
    fn new(config: &'a Config, evaluation: &Evaluation<'_>) -> Self {
        let nodes = config.nodes();
        let scopes = nodes.flat_map(|(node, _)| evaluation.instances(node));
        let scopes = scopes.map(|scope| (scope.address.clone(), scope)).collect();
        Judge { config, scopes }
    }

    fn statement(
        &self,
        statement: &Statement,
        module: &ModuleInstance,
        (sources, destinations): (&mut Ends, &mut Ends),
        diagnostics: &mut Diagnostics,
    ) {
        let (from, to) = (
            statement.source_in(module),
            statement.destination_in(module),
        );
        let error = |summary: &str, detail: String| {
            let severity = Severity::Error;
            let mut diagnostic = Diagnostic::without_place(severity, summary, detail);
            diagnostic.subject = statement.span;
            diagnostic
        };
        if from == to {
            diagnostics.push(error(
                "Redundant move statement",
                format!(
                    "This statement declares a move from {from} to the same address, which is the same as not declaring this move at all."
                ),
            ));
            return;
        }
        let kind = statement.kind();
        let (noun, short) = match kind {
            Kind::Call => ("module call", "call"),
            Kind::ModuleInstance => ("module instance", "instance"),
            Kind::Resource => ("resource", "resource"),
            Kind::Instance => ("resource instance", "instance"),
        };
        if let Some(place) = self.declared(&from, kind) {
            let place = self.start(place);
            diagnostics.push(error(
                "Moved object still exists",
                format!(
                    "This statement declares a move from {from}, but that {noun} is still declared at {place}.\n\nChange your configuration so that this {short} will be declared as {to} instead."
                ),
            ));
        }
        let span = statement.span;
        let (other, place) = sources
            .entry((kind, from.clone()))
            .or_insert((to.clone(), span));
        if *other != to {
            let place = place.map_or_else(String::new, |place| self.start(place));
            diagnostics.push(error(
                "Ambiguous move statements",
                format!(
                    "A statement at {place} declared that {from} moved to {other}, but this statement instead declares that it moved to {to}.\n\nEach {noun} can move to only one destination {short}."
                ),
            ));
        }
        let (other, place) = destinations
            .entry((kind, to.clone()))
            .or_insert((from.clone(), span));
        if *other != from {
            let place = place.map_or_else(String::new, |place| self.start(place));
            diagnostics.push(error(
                "Ambiguous move statements",
                format!(
                    "A statement at {place} declared that {other} moved to {to}, but this statement instead declares that {from} moved there.\n\nEach {noun} can have moved from only one source {short}."
                ),
            ));
        }
    }

    fn start(&self, span: Span) -> String {
        start(self.config, span)
    }

    /// Where something is declared that a statement says is gone, if it is.
    fn declared(&self, address: &Target, kind: Kind) -> Option<Span> {
        match address {
            Target::Module(module) => self.declared_module(module, kind),
            Target::Resource(resource) => self.resource(resource).map(|found| found.span),
            Target::Instance(instance) => {
                let resource = self.resource(&instance.resource)?;
                let key = instance.key.as_ref();
                self.has_instance(&instance.resource, key)
                    .then(|| repetition(resource))
            }
        }
    }

    fn declared_module(&self, module: &ModuleInstance, kind: Kind) -> Option<Span> {
        let (last, parents) = module.0.split_last()?;
        let parent = ModuleInstance(parents.to_vec());
        let node = self.config.descendant_for_instance(&parent)?;
        let scope = self.scopes.get(&parent)?;
        let calls = &self.config.node(node).module.module_calls;
        let call = calls.get(&last.0)?;
        let index = calls.get_index_of(&last.0)?;
        if kind == Kind::Call {
            return scope.expanded(index).then_some(call.span);
        }
        let there = self.scopes.contains_key(module);
        there.then(|| call_repetition(call))
    }

    fn resource(&self, address: &AbsResource) -> Option<&Resource> {
        let node = self.config.descendant_for_instance(&address.module)?;
        self.scopes.get(&address.module)?;
        let resources = &self.config.node(node).module.resources;
        resources.get(&address.resource).map(AsRef::as_ref)
    }

    fn has_instance(&self, address: &AbsResource, key: Option<&InstanceKey>) -> bool {
        let Some(node) = self.config.descendant_for_instance(&address.module) else {
            return false;
        };
        let resources = &self.config.node(node).module.resources;
        let index = resources.get_index_of(&address.resource);
        let scope = self.scopes.get(&address.module);
        let instances = scope.and_then(|scope| scope.resource(index?));
        instances.is_some_and(|instances| instances.keys.position(key).is_some())
    }
}

/// What decides which instances there are.
fn repetition(resource: &Resource) -> Span {
    let repeated = resource.for_each.as_ref().or(resource.count.as_ref());
    repeated.map_or(resource.span, |repeated| repeated.expr.span)
}

fn call_repetition(call: &ModuleCall) -> Span {
    let repeated = call.for_each.as_ref().or(call.count.as_ref());
    repeated.map_or(call.span, |repeated| repeated.expr.span)
}

fn start(config: &Config, span: Span) -> String {
    let file = config.sources().file(span.file);
    let position = file.position(span.start);
    format!("{}:{},{}", file.name, position.line, position.column)
}

/// Chains of statements without an end.
fn cycles(config: &Config, statements: &[Statement]) -> Diagnostics {
    let mut graph = petgraph::graph::DiGraph::<usize, ()>::new();
    let nodes: Vec<_> = (0..statements.len()).map(|at| graph.add_node(at)).collect();
    for (at, before) in edges(statements).into_iter().enumerate() {
        for before in before {
            graph.add_edge(nodes[at], nodes[before], ());
        }
    }
    let rings = petgraph::algo::tarjan_scc(&graph).into_iter();
    let rings = rings.filter(|ring| ring.len() > 1);
    let told = rings.map(|ring| {
        let mut lines: Vec<String> = ring
            .into_iter()
            .filter_map(|node| Some(line(config, statements.get(*graph.node_weight(node)?)?)))
            .collect();
        lines.sort();
        let lines = lines.concat();
        Diagnostic::without_place(
            Severity::Error,
            "Cyclic dependency in move statements",
            format!(
                "The following chained move statements form a cycle, and so there is no final location to move objects to:{lines}\n\nA chain of move statements must end with an address that doesn't appear in any other statements, and which typically also refers to an object still declared in the configuration."
            ),
        )
    });
    Diagnostics(told.collect())
}

/// A statement in a cycle; `[*]` stands for any key.
fn line(config: &Config, statement: &Statement) -> String {
    let module = statement.module.0.iter();
    let module: String = module.map(|name| format!("module.{name}[*].")).collect();
    let whole = matches!(statement.kind(), Kind::Call | Kind::Resource);
    let any = if whole { "[*]" } else { "" };
    let place = statement.span.map(|span| start(config, span));
    let (from, to) = (&statement.from, &statement.to);
    format!(
        "\n  - {}: {module}{from}{any} → {module}{to}{any}",
        place.unwrap_or_default()
    )
}
