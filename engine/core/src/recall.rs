//! A stack as its state remembers it, or as a plan foresees it, for those who
//! only look: nothing is read, planned or changed.

use std::{collections::BTreeMap, rc::Rc};

use trueup_syntax::Diagnostics;
use trueup_value::{Str, Value};

use crate::{
    address::{AbsResource, InstanceKey},
    diff::mark_sensitive,
    evaluate::{Evaluation, Keys, ModuleScope},
    plan::{Action, Plan},
    run::{Order, ResourceContext, Stack},
    state::{InstanceState, State},
    validate::Item,
};

/// Objects by resource and key.
type Objects = BTreeMap<AbsResource, BTreeMap<Option<InstanceKey>, Value>>;

/// Where the objects of resources are looked up: first here, then in a state.
struct Memory<'s> {
    planned: Objects,
    state: &'s State,
}

impl<'a> Stack<'a> {
    /// The values of variables, local values and module outputs, with
    /// resources as `state` has them; what it does not have is unknown.
    pub async fn recall(&self, state: &State) -> (Evaluation<'a>, Diagnostics) {
        let planned = Objects::new();
        self.remember(&Memory { planned, state }).await
    }

    /// The same with resources as they will be once `plan` is applied.
    pub async fn foresee(&self, plan: &Plan) -> (Evaluation<'a>, Diagnostics) {
        let memory = Memory {
            planned: planned(plan),
            state: &plan.prior,
        };
        self.remember(&memory).await
    }

    async fn remember(&self, memory: &Memory<'_>) -> (Evaluation<'a>, Diagnostics) {
        let evaluation = self.evaluation();
        let order = Order::new(self);
        let mut diagnostics = Diagnostics::default();
        for item in order.topological() {
            let Some(id) = order.items.get(item as usize) else {
                continue;
            };
            for scope in evaluation.instances(id.node) {
                match id.item {
                    Item::Resource(index) => self.recall_resource(&scope, index, memory).await,
                    item => diagnostics.extend(recall_value(&evaluation, &scope, item)),
                }
            }
        }
        (evaluation, diagnostics)
    }

    async fn recall_resource(&self, scope: &ModuleScope, index: usize, memory: &Memory<'_>) {
        let Some(context) = self.context(scope.node, index) else {
            return;
        };
        let address = AbsResource {
            module: scope.address.clone(),
            resource: context.config.address.clone(),
        };
        let objects = match memory.planned.get(&address) {
            Some(objects) => objects.clone(),
            None => stored(&context, &address, memory.state).await,
        };
        let Some(keys) = keys(&context, &objects) else {
            return;
        };
        let Some(instances) = scope.remember(index, keys.clone()) else {
            return;
        };
        for (key, value) in objects {
            if let Some(position) = keys.position(key.as_ref()) {
                instances.set(position, value);
            }
        }
    }
}

fn recall_value(evaluation: &Evaluation<'_>, scope: &Rc<ModuleScope>, item: Item) -> Diagnostics {
    match item {
        Item::Variable(index) => evaluation.evaluate_variable(scope, index),
        Item::Local(index) => evaluation.evaluate_local(scope, index),
        Item::Call(index) => evaluation.expand_call(scope, index).1,
        // Nothing refers to an output of the root module.
        Item::Output(index) if !scope.address.0.is_empty() => {
            evaluation.evaluate_output(scope, index, true)
        }
        _ => Diagnostics::default(),
    }
}

/// The instances there were, in the form the configuration gives them.
fn keys(
    context: &ResourceContext<'_>,
    instances: &BTreeMap<Option<InstanceKey>, Value>,
) -> Option<Keys> {
    let resource = context.config;
    let given = instances.keys().flatten();
    if resource.count.is_some() {
        let count = given.filter_map(|key| match key {
            InstanceKey::Int(index) => usize::try_from(*index).ok(),
            InstanceKey::String(_) => None,
        });
        return Some(Keys::Count(count.max().map_or(0, |last| last + 1)));
    }
    if resource.for_each.is_some() {
        let entries = given.filter_map(|key| match key {
            InstanceKey::String(key) => Some((key.clone(), Value::dynamic())),
            InstanceKey::Int(_) => None,
        });
        let mut entries: Vec<(Str, Value)> = entries.collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        return Some(Keys::Each(entries.into()));
    }
    instances.contains_key(&None).then_some(Keys::Single)
}

/// The objects there will be.
fn planned(plan: &Plan) -> Objects {
    let mut objects = Objects::new();
    for change in &plan.changes {
        let gone = matches!(change.action, Action::Delete | Action::Forget);
        if !gone && change.deposed.is_none() {
            let instances = objects.entry(change.address.resource.clone()).or_default();
            instances.insert(change.address.key.clone(), change.after.clone());
        }
    }
    objects
}

/// The objects a state has of a resource.
async fn stored(
    context: &ResourceContext<'_>,
    address: &AbsResource,
    state: &State,
) -> BTreeMap<Option<InstanceKey>, Value> {
    let mut objects = BTreeMap::new();
    let Some(resource) = state.resources.get(address) else {
        return objects;
    };
    for (key, instance) in &resource.instances {
        if let Some(value) = remembered(context, instance).await {
            objects.insert(key.clone(), value);
        }
    }
    objects
}

/// The object of an instance, sensitive where its schema says so.
async fn remembered(context: &ResourceContext<'_>, instance: &InstanceState) -> Option<Value> {
    let object = instance.current.as_ref()?;
    let kind = context.config.address.kind.as_str();
    let decoded = object
        .decoded(context.provider, kind, context.schema)
        .await
        .ok()?;
    let value = decoded.value()?;
    Some(mark_sensitive(&context.schema.block, value))
}
