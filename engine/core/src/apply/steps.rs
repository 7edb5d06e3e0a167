//! The order of a plan's actions, for those who want to see it.

use super::graph::{ApplyGraph, Node};
use crate::{
    dependencies::Dependencies,
    plan::Plan,
    run::{Order, Stack},
    validate::ItemId,
};

/// A step of applying a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Evaluating an item of the configuration.
    Item(ItemId),
    /// Creating, updating or reading, by index of the change.
    Make(usize),
    /// Destroying, by index of the change.
    Destroy(usize),
    /// Nothing but an order between others.
    Between,
}

/// The steps, each with those that wait for it.
pub(crate) fn steps(stack: &Stack<'_>, plan: &Plan) -> Vec<(Step, Vec<usize>)> {
    let order = Order::new(stack);
    let dependencies = Dependencies::new(stack, &order);
    let graph = ApplyGraph::new(stack, &order, plan, &dependencies);
    let step = |node: &Node| match node {
        Node::Item(item) => match order.items.get(*item as usize) {
            Some(id) => Step::Item(*id),
            None => Step::Between,
        },
        Node::Make(change) => Step::Make(*change),
        Node::Destroy(change) => Step::Destroy(*change),
        Node::Hub => Step::Between,
    };
    let dependents = graph.schedule.dependents().iter();
    let dependents = dependents.map(|later| later.iter().map(|node| *node as usize).collect());
    graph.nodes.iter().map(step).zip(dependents).collect()
}
