//! What a single statement matches.

use trueup_syntax::Span;
use trueup_value::Str;

use crate::address::{
    AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ModulePath, Resource, Target,
};

/// A statement that what was at one address is now at another.
pub(super) struct Statement {
    /// The module it is said in; of all its instances.
    pub(super) module: ModulePath,
    pub(super) from: Target,
    pub(super) to: Target,
    /// Where it is said; nowhere where it is only implied.
    pub(super) span: Option<Span>,
}

/// What a statement moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A module call with all its instances, whatever their keys.
    Call,
    ModuleInstance,
    /// A resource with all its instances, whatever their keys.
    Resource,
    Instance,
}

type Step = (Str, Option<InstanceKey>);

impl Statement {
    /// Without a key on either side the whole is meant; with a key on one,
    /// none on the other is the instance without one.
    pub(super) fn kind(&self) -> Kind {
        let whole = last_key(&self.from).is_none() && last_key(&self.to).is_none();
        match (&self.from, whole) {
            (Target::Module(_), true) => Kind::Call,
            (Target::Module(_), false) => Kind::ModuleInstance,
            (_, true) => Kind::Resource,
            (_, false) => Kind::Instance,
        }
    }

    /// The way to the module it is said in, and the way from there.
    fn split<'m>(&self, module: &'m ModuleInstance) -> Option<(&'m [Step], &'m [Step])> {
        let (base, rest) = module.0.split_at_checked(self.module.0.len())?;
        let names = base.iter().map(|(name, _)| name);
        names.eq(&self.module.0).then_some((base, rest))
    }

    /// Where it moves a module instance, or one that is within what it moves.
    pub(super) fn module_destination(&self, module: &ModuleInstance) -> Option<ModuleInstance> {
        let (Target::Module(from), Target::Module(to)) = (&self.from, &self.to) else {
            return None;
        };
        let (base, rest) = self.split(module)?;
        let (inside, below) = rest.split_at_checked(from.0.len())?;
        let (own, parents) = inside.split_last()?;
        let (last, from_parents) = from.0.split_last()?;
        let (to_last, to_parents) = to.0.split_last()?;
        let call = self.kind() == Kind::Call;
        let same = parents == from_parents && own.0 == last.0 && (call || own.1 == last.1);
        if !same {
            return None;
        }
        let key = if call { &own.1 } else { &to_last.1 };
        let mut steps = base.to_vec();
        steps.extend_from_slice(to_parents);
        steps.push((to_last.0.clone(), key.clone()));
        steps.extend_from_slice(below);
        Some(ModuleInstance(steps))
    }

    /// The resource it moves within a module instance, and where.
    pub(super) fn resources_in(
        &self,
        module: &ModuleInstance,
    ) -> Option<(AbsResource, AbsResource)> {
        let (from, to) = (self.from.resource()?, self.to.resource()?);
        let (base, rest) = self.split(module)?;
        if rest != from.module.0 {
            return None;
        }
        let mut steps = base.to_vec();
        steps.extend_from_slice(&to.module.0);
        let now = AbsResource {
            module: ModuleInstance(steps),
            resource: to.resource.clone(),
        };
        let before = AbsResource {
            module: module.clone(),
            resource: from.resource.clone(),
        };
        Some((before, now))
    }

    /// The instance it moves within a module instance, and where.
    pub(super) fn instances_in(
        &self,
        module: &ModuleInstance,
    ) -> Option<(AbsResourceInstance, AbsResourceInstance)> {
        let (from, to) = self.resources_in(module)?;
        let instance = |resource, target| AbsResourceInstance {
            resource,
            key: last_key(target).cloned(),
        };
        Some((instance(from, &self.from), instance(to, &self.to)))
    }

    /// The old address in an instance of the module it is said in.
    pub(super) fn source_in(&self, module: &ModuleInstance) -> Target {
        self.within(module, &self.from)
    }

    /// The new address in an instance of the module it is said in.
    pub(super) fn destination_in(&self, module: &ModuleInstance) -> Target {
        self.within(module, &self.to)
    }

    fn within(&self, module: &ModuleInstance, target: &Target) -> Target {
        let mut steps = module.0.clone();
        steps.extend_from_slice(&target.module().0);
        let module = ModuleInstance(steps);
        let resource = |resource: &Resource| AbsResource {
            module: module.clone(),
            resource: resource.clone(),
        };
        match (target, self.kind()) {
            (Target::Module(_), _) => Target::Module(module),
            (Target::Resource(of), Kind::Instance) => Target::Instance(AbsResourceInstance {
                resource: resource(&of.resource),
                key: None,
            }),
            (Target::Resource(of), _) => Target::Resource(resource(&of.resource)),
            (Target::Instance(of), _) => Target::Instance(AbsResourceInstance {
                resource: resource(&of.resource.resource),
                key: of.key.clone(),
            }),
        }
    }
}

/// The key an address ends in.
pub(super) fn last_key(target: &Target) -> Option<&InstanceKey> {
    match target {
        Target::Module(module) => module.0.last()?.1.as_ref(),
        Target::Resource(_) => None,
        Target::Instance(instance) => instance.key.as_ref(),
    }
}
