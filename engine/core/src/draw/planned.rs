//! The graph of applying a certain plan.

use std::collections::HashSet;

use trueup_value::{Type, Value};

use super::{
    Operation, OperationGraph,
    operation::{Builder, ROOT},
};
use crate::{
    address::AbsResourceInstance,
    apply::{Step, steps},
    plan::{Action, Mode, Plan, ResourceChange},
    run::Stack,
    selection::config_address,
    state::State,
    validate::Item,
};

impl OperationGraph {
    /// The graph of applying a plan of this stack: Terraform's names, the
    /// order in which it is really done.
    pub fn of_plan(stack: &Stack<'_>, plan: &Plan) -> Self {
        let mut builder = Builder::new(stack.config, Operation::Apply);
        let steps = steps(stack, plan);
        let names: Vec<Option<String>> = steps
            .iter()
            .map(|(step, _)| name(&builder, plan, *step))
            .collect();
        for ((step, _), name) in steps.iter().zip(&names) {
            if let Some(name) = name {
                draw(&mut builder, plan, *step, name);
            }
        }
        for (from, name) in names.iter().enumerate() {
            let Some(name) = name else { continue };
            for later in nearest(&steps, &names, from) {
                builder.wait(later, name.clone());
            }
        }
        OperationGraph {
            steps: builder.steps,
        }
    }

    /// The graph of destroying all that a state has.
    pub fn of_destruction(stack: &Stack<'_>, state: &State) -> Self {
        let plan = Plan {
            mode: Mode::Destroy,
            changes: destructions(state),
            prior: state.clone(),
            ..Plan::default()
        };
        OperationGraph::of_plan(stack, &plan)
    }
}

/// The named steps that wait for one, with nothing named in between.
fn nearest<'a>(
    steps: &[(Step, Vec<usize>)],
    names: &'a [Option<String>],
    from: usize,
) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = vec![from];
    while let Some(step) = pending.pop() {
        let later = steps.get(step).map_or(&[][..], |(_, later)| later);
        for next in later.iter().copied().filter(|next| seen.insert(*next)) {
            match names.get(next) {
                Some(Some(name)) => found.push(name.as_str()),
                _ => pending.push(next),
            }
        }
    }
    found
}

fn name(builder: &Builder<'_>, plan: &Plan, step: Step) -> Option<String> {
    match step {
        Step::Item(id) => {
            // Nothing of the configuration is evaluated to destroy what it says.
            let at_root = || builder.config.node(id.node).path.is_root();
            let shown = match id.item {
                Item::Output(_) => plan.mode != Mode::Destroy || at_root(),
                Item::Close => plan.mode != Mode::Destroy || at_root(),
                _ => plan.mode != Mode::Destroy,
            };
            shown.then(|| builder.name(id)).flatten()
        }
        Step::Make(change) => Some(plan.changes.get(change)?.address.to_string()),
        Step::Destroy(change) => {
            let change = plan.changes.get(change)?;
            Some(match &change.deposed {
                Some(key) => format!("{} (destroy deposed {key})", change.address),
                None => format!("{} (destroy)", change.address),
            })
        }
        Step::Between => None,
    }
}

fn draw(builder: &mut Builder<'_>, plan: &Plan, step: Step, name: &str) {
    match step {
        Step::Item(id) => {
            let config = builder.config;
            let node = config.node(id.node);
            match id.item {
                Item::Variable(_) if node.path.is_root() => builder.draw(name, name, "note"),
                Item::Resource(index) => {
                    if let Some((_, resource)) = node.module.resources.get_index(index) {
                        builder.resource(id.node, resource, name);
                    }
                }
                Item::Close => builder.close(id.node, name),
                _ => builder.wait(ROOT, name.to_owned()),
            }
        }
        Step::Make(change) | Step::Destroy(change) => {
            if let Some(change) = plan.changes.get(change) {
                let label = config_address(&change.address.resource);
                builder.draw(name, label.as_str(), "box");
                builder.used(change.provider.to_string(), name);
            }
        }
        Step::Between => {}
    }
}

/// A destruction of every object.
fn destructions(state: &State) -> Vec<ResourceChange> {
    let resources = state.resources.iter().flat_map(|(address, resource)| {
        let instances = resource.instances.iter();
        instances.map(move |(key, instance)| (address, resource, key, instance))
    });
    let changes = resources.flat_map(|(resource, known, key, instance)| {
        let current = instance.current.is_some().then_some(None);
        let deposed = instance.deposed.keys().cloned().map(Some);
        let keys = current.into_iter().chain(deposed);
        keys.map(|deposed| ResourceChange {
            address: AbsResourceInstance {
                resource: resource.clone(),
                key: key.clone(),
            },
            previous_address: None,
            deposed,
            provider: known.provider.clone(),
            action: Action::Delete,
            reason: None,
            before: Value::null(Type::Dynamic),
            after: Value::null(Type::Dynamic),
            parts: Vec::new(),
            changed_by: Vec::new(),
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
            private: Vec::new(),
        })
        .collect::<Vec<_>>()
    });
    changes.collect()
}
