//! A plan as rules see it: what there will be, wherever it is described.

mod look;
mod object;
mod objects;
mod reach;
mod resource;

use trueup_core::{
    address::{AbsResourceInstance, ResourceMode, Subject, parse_reference},
    load::Config,
    plan::{Action, Mode, Plan, ResourceChange},
};
use trueup_value::Value;

pub use look::Look;
pub use object::{Object, Origin};
pub use resource::Resource;

use reach::Reach;

/// The resources of a plan, as they will be.
pub struct Resources<'a> {
    plan: &'a Plan,
    config: &'a Config,
    all: Vec<Resource<'a>>,
}

/// A plan as rules see it.
///
/// In a plan that destroys everything, what there is takes the place of what
/// there will be.
pub struct View<'a> {
    /// What kind of plan it is.
    pub mode: Mode,
    resources: &'a [Resource<'a>],
    objects: Vec<Object<'a>>,
    reach: Reach<'a>,
}

impl<'a> Resources<'a> {
    /// The managed resources that will be there and the data sources that were
    /// read or will be, in the order of their addresses.
    pub fn new(plan: &'a Plan, config: &'a Config) -> Self {
        let changes = plan.changes.iter();
        let planned = changes.filter_map(|change| planned(plan, config, change));
        let mut all: Vec<Resource<'a>> = planned.collect();
        all.extend(read(plan, config));
        all.sort_by(|a, b| a.address.cmp(&b.address));
        all.dedup_by(|a, b| a.address == b.address);
        Resources { plan, config, all }
    }

    /// The view.
    pub fn view(&'a self) -> View<'a> {
        View {
            mode: self.plan.mode,
            resources: &self.all,
            objects: self.all.iter().flat_map(objects::objects_of).collect(),
            reach: Reach::new(self.config),
        }
    }
}

/// A resource of a change, unless it goes.
fn planned<'a>(
    plan: &'a Plan,
    config: &'a Config,
    change: &'a ResourceChange,
) -> Option<Resource<'a>> {
    if change.deposed.is_some() {
        return None;
    }
    let value = match (plan.mode, change.action) {
        (Mode::Destroy, _) => &change.before,
        (_, Action::Delete | Action::Forget) => return None,
        _ => &change.after,
    };
    (!value.is_null()).then(|| resource(plan, config, &change.address, change.action, value))
}

/// The data sources that were read.
fn read<'a>(plan: &'a Plan, config: &'a Config) -> impl Iterator<Item = Resource<'a>> {
    let data = plan.prior.resources.iter();
    let data = data.filter(|(address, _)| address.resource.mode == ResourceMode::Data);
    data.flat_map(move |(address, state)| {
        state.instances.iter().filter_map(move |(key, instance)| {
            let value = instance.current.as_ref()?.value()?;
            let address = AbsResourceInstance {
                resource: address.clone(),
                key: key.clone(),
            };
            Some(resource(plan, config, &address, Action::NoOp, value))
        })
    })
}

fn resource<'a>(
    plan: &'a Plan,
    config: &'a Config,
    address: &AbsResourceInstance,
    action: Action,
    value: &'a Value,
) -> Resource<'a> {
    let node = config.descendant_for_instance(&address.resource.module);
    let block = node.and_then(|node| {
        let resources = &config.node(node).module.resources;
        let block = resources.get(&address.resource.resource)?;
        Some((node, block.as_ref()))
    });
    let facts = plan.facts.get(address).map(Vec::as_slice);
    Resource {
        address: address.clone(),
        action,
        block,
        facts: facts.unwrap_or_default(),
        value,
    }
}

impl<'a> View<'a> {
    /// All resources.
    pub fn resources(&self) -> &'a [Resource<'a>] {
        self.resources
    }

    /// Managed resources of a type.
    pub fn managed(&self, kind: &'static str) -> impl Iterator<Item = &'a Resource<'a>> {
        let all = self.resources.iter();
        all.filter(move |resource| resource.is_managed() && resource.kind() == kind)
    }

    /// Data sources of a type.
    pub fn data(&self, kind: &'static str) -> impl Iterator<Item = &'a Resource<'a>> {
        let all = self.resources.iter();
        all.filter(move |resource| !resource.is_managed() && resource.kind() == kind)
    }

    /// All objects of clusters.
    pub fn objects(&self) -> &[Object<'a>] {
        &self.objects
    }

    /// The objects of a kind.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Object<'a>> {
        self.objects
            .iter()
            .filter(move |object| object.kind == kind)
    }

    /// Whether the block of one refers to that of the other, itself or through
    /// local values, variables and outputs.
    pub fn refers(&self, one: &Resource<'_>, other: &Resource<'_>) -> bool {
        self.reach.refers(one, other)
    }

    /// Whether one is made after the other, and destroyed before it.
    pub fn depends(&self, one: &Resource<'_>, other: &Resource<'_>) -> bool {
        self.reach.depends(one, other)
    }

    /// The resource that an argument consists of a reference to, whether its
    /// value is known or not: `role_arn = aws_iam_role.loki.arn`. One of
    /// several instances is told by a constant key; without one there must be
    /// one only.
    pub fn target(&self, resource: &Resource<'_>, argument: &str) -> Option<&'a Resource<'a>> {
        let traversal = resource.reference(argument)?;
        let (address, key) = match parse_reference(&traversal).ok()?.subject {
            Subject::Resource(address) => (address, None),
            Subject::ResourceInstance(address, key) => (address, Some(key)),
            _ => return None,
        };
        let module = &resource.address.resource.module;
        let all = self.resources.iter();
        let mut found = all.filter(|other| {
            let of = &other.address.resource;
            of.module == *module
                && of.resource == address
                && key.as_ref().is_none_or(|key| *key == other.address.key)
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The resource whose `attribute` an argument names, by its value or, while
    /// that is not known, by a reference.
    pub fn named(
        &self,
        resource: &Resource<'_>,
        argument: &str,
        (kind, attribute): (&'static str, &str),
    ) -> Option<&'a Resource<'a>> {
        let value = resource.at(argument);
        match value.text() {
            Some(text) => {
                let mut all = self.managed(kind);
                all.find(|other| other.at(attribute).text() == Some(text))
            }
            None => self
                .target(resource, argument)
                .filter(|other| other.kind() == kind),
        }
    }
}
