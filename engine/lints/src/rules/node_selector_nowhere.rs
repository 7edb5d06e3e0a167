//! `node-selector-nowhere`

use std::collections::BTreeMap;

use trueup_syntax::Severity;

use crate::{
    cluster::workload::{Workload, workloads},
    found::Found,
    rule::Rule,
    view::{Look, Resource, View},
};

pub(super) static RULE: Rule = Rule {
    id: "node-selector-nowhere",
    severity: Severity::Warning,
    summary: "No node is what the pods ask for",
    protects: "Pods that ask for a label no node has stay Pending: `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector`, and the release times out.",
    decides: "`nodeSelector` and the required node affinity of all pods against the labels of the nodes: those that planning a release or manifest with such pods has seen, or that a data source `kubernetes_nodes` without a selector of its own has read. Silent if nothing is known of nodes (nobody may list them), if the plan makes node groups, and where a selector is not known yet. Clusters that make nodes when pods ask for them (Karpenter) may be right in spite of it.",
    fix: "Label a node (`kubectl label node NAME KEY=VALUE`, or in its node group), or correct the selector.",
    when_destroying: false,
    check,
};

/// A node of a cluster.
struct Node {
    labels: BTreeMap<String, String>,
}

fn check(view: &View<'_>) -> Vec<Found> {
    if makes_nodes(view) {
        return Vec::new();
    }
    let elsewhere = read(view);
    let found = workloads(view).filter_map(|workload| {
        let seen = seen(workload.object.owner);
        match seen.is_empty() {
            false => of(&workload, &seen),
            true => of(&workload, elsewhere.as_deref()?),
        }
    });
    found.collect()
}

/// Whether there will be nodes that nobody knows yet.
fn makes_nodes(view: &View<'_>) -> bool {
    let makes = [
        "aws_eks_node_group",
        "aws_autoscaling_group",
        "aws_eks_fargate_profile",
    ];
    let grows = view
        .resources()
        .iter()
        .any(|resource| resource.is_managed() && makes.contains(&resource.kind()));
    grows || view.of_kind("NodePool").next().is_some()
}

/// Those that the provider has seen in the cluster the resource goes to.
fn seen(resource: &Resource<'_>) -> Vec<Node> {
    let nodes = resource.facts("node");
    let nodes = nodes.map(|fact| Node {
        labels: labels(Look::of(&fact.value).at("labels")),
    });
    nodes.collect()
}

fn labels(look: Look<'_>) -> BTreeMap<String, String> {
    let fields = look.fields();
    let texts =
        fields.filter_map(|(name, value)| Some((name.to_owned(), value.text()?.to_owned())));
    texts.collect()
}

/// Those that a data source has read.
fn read(view: &View<'_>) -> Option<Vec<Node>> {
    let all = view
        .data("kubernetes_nodes")
        .find(|data| data.at("metadata").first().is_absent())?;
    let nodes = all.at("nodes");
    if nodes.has_unknown() {
        return None;
    }
    let nodes = nodes.items().map(|node| Node {
        labels: labels(node.at("metadata").first().at("labels")),
    });
    let nodes: Vec<Node> = nodes.collect();
    (!nodes.is_empty()).then_some(nodes)
}

fn of(workload: &Workload<'_, '_>, nodes: &[Node]) -> Option<Found> {
    let spec = workload.spec();
    let selector = spec.at("nodeSelector");
    let required =
        spec.find("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution");
    if selector.has_unknown() || required.has_unknown() {
        return None;
    }
    let asks = !selector.is_absent() || !required.is_absent();
    let suits = |node: &Node| has_labels(node, selector) && is_preferred(node, required);
    if !asks || nodes.iter().any(suits) {
        return None;
    }
    let detail = format!(
        "Its pods go to nodes with {} only; of the cluster's {} none is one.",
        asked(selector, required),
        nodes.len()
    );
    Some(Found::of(workload.object, detail))
}

fn asked(selector: Look<'_>, required: Look<'_>) -> String {
    let labels: BTreeMap<&str, String> = selector
        .fields()
        .filter_map(|(name, value)| Some((name, value.scalar()?)))
        .collect();
    let labels: Vec<String> = labels
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    match labels.is_empty() {
        false => labels.join(", "),
        true => {
            let terms = required.at("nodeSelectorTerms").items();
            let keys = terms.flat_map(|term| term.at("matchExpressions").items());
            let keys: Vec<&str> = keys
                .filter_map(|expression| expression.at("key").text())
                .collect();
            format!("certain values of {}", keys.join(", "))
        }
    }
}

fn has_labels(node: &Node, selector: Look<'_>) -> bool {
    selector
        .fields()
        .all(|(name, value)| node.labels.get(name) == value.scalar().as_ref())
}

/// Whether any of the terms holds.
fn is_preferred(node: &Node, required: Look<'_>) -> bool {
    let mut terms = required.at("nodeSelectorTerms").items().peekable();
    if terms.peek().is_none() {
        return true;
    }
    terms.any(|term| {
        // What is asked of fields, such as the node's name, nobody knows here.
        term.at("matchExpressions")
            .items()
            .all(|expression| holds(node, expression))
    })
}

fn holds(node: &Node, expression: Look<'_>) -> bool {
    let Some(key) = expression.at("key").text() else {
        return true;
    };
    let label = node.labels.get(key);
    let values: Vec<String> = expression
        .at("values")
        .items()
        .filter_map(Look::scalar)
        .collect();
    let is_listed = label.is_some_and(|label| values.contains(label));
    match expression.at("operator").text() {
        Some("In") => is_listed,
        Some("NotIn") => !is_listed,
        Some("Exists") => label.is_some(),
        Some("DoesNotExist") => label.is_none(),
        _ => true,
    }
}
