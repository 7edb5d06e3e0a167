//! What the state has and the configuration has not.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use futures_util::stream::{self, StreamExt};
use trueup_value::Str;

use super::{ActionReason, Mode, end::End, walk::Walk};
use crate::{
    address::{AbsResource, AbsResourceInstance, InstanceKey, ProviderSource, ResourceMode},
    config::Removed,
    evaluate::{Keys, ModuleScope},
    load::{Config, NodeId},
    run::{Order, Stack},
    selection::Selection,
    state::{InstanceState, Object, ResourceState, State},
    validate::{Item, ItemId},
};

/// What the configuration says about an instance in the state.
enum Standing {
    /// It is there.
    Configured,
    /// It is not known whether it will be.
    Undecided,
    /// It is gone.
    Gone(ActionReason),
}

impl Walk<'_> {
    /// Plans the destruction of what is no longer wanted: instances without
    /// configuration, deposed objects, and in a destroy plan everything.
    pub(super) async fn plan_unconfigured(&self) {
        let scopes = self.scopes();
        let resources = self.state.resources.iter();
        let ends = resources.flat_map(|(address, resource)| self.ends(address, resource, &scopes));
        let planned = stream::iter(ends).map(|end| self.end(end));
        let mut planned = planned.buffered(self.options.parallelism.max(1));
        while let Some(found) = planned.next().await {
            self.report(found);
        }
    }

    /// All module instances, sorted by address.
    fn scopes(&self) -> Vec<Rc<ModuleScope>> {
        let nodes = self.stack.config.nodes();
        let mut scopes: Vec<_> = nodes
            .flat_map(|(node, _)| self.evaluation.instances(node))
            .collect();
        scopes.sort_by(|a, b| a.address.cmp(&b.address));
        scopes
    }

    /// The objects of a resource that are to go, or that only have to be read
    /// again.
    pub(super) fn ends<'w>(
        &'w self,
        address: &'w AbsResource,
        resource: &'w ResourceState,
        scopes: &[Rc<ModuleScope>],
    ) -> Vec<End<'w>> {
        let mut ends = Vec::new();
        let found = scopes.binary_search_by(|scope| scope.address.cmp(&address.module));
        let scope = found.ok().and_then(|index| scopes.get(index));
        let provider = self.provider_left(address, resource);
        for (key, instance) in &resource.instances {
            let standing = self.standing(address, key.as_ref(), scope.map(AsRef::as_ref));
            let configured = matches!(standing, Standing::Configured);
            let reason = match standing {
                _ if self.options.mode == Mode::Destroy => Some(None),
                Standing::Gone(reason) => Some(Some(reason)),
                _ => None,
            };
            if reason.is_none() && instance.deposed.is_empty() {
                continue;
            }
            let instance_address = AbsResourceInstance {
                resource: address.clone(),
                key: key.clone(),
            };
            if !self.meant_orphan(&instance_address, reason.flatten()) {
                continue;
            }
            if address.resource.mode == ResourceMode::Data {
                // What is destroyed may need it until the end.
                if reason.is_some() && self.options.mode != Mode::Destroy {
                    self.forget_data(&instance_address);
                }
                continue;
            }
            let end = |deposed, object, reason| End {
                address: instance_address.clone(),
                deposed,
                provider: Arc::clone(&provider),
                object,
                reason,
                configured,
            };
            let current = reason.and_then(|reason| {
                let object = self.left_to_destroy(&instance_address, instance)?;
                Some(end(None, object, reason))
            });
            ends.extend(current);
            // Nothing depends on a deposed object: it must be targeted itself.
            let meant =
                self.options.mode == Mode::Destroy || self.selection.orphan(&instance_address);
            let deposed = instance.deposed.iter().filter(|_| meant);
            ends.extend(deposed.map(|(key, object)| end(Some(key), Arc::clone(object), None)));
        }
        ends
    }

    /// Whose objects those of a resource are: as its configuration says, as long
    /// as it has one.
    fn provider_left(&self, address: &AbsResource, resource: &ResourceState) -> Arc<str> {
        let node = self.stack.config.descendant_for_instance(&address.module);
        let item = node.and_then(|node| self.resource_item(node, address));
        let contexts = self.contexts.borrow();
        let context = item.and_then(|(item, _)| contexts.get(&item));
        let configured = context.map(|context| Arc::clone(&context.provider_address));
        configured.unwrap_or_else(|| Arc::clone(&resource.provider))
    }

    /// Whether the run is about an object that is not wanted any more.
    fn meant_orphan(&self, address: &AbsResourceInstance, reason: Option<ActionReason>) -> bool {
        if let (Mode::Destroy, Some(doomed)) = (self.options.mode, &self.doomed) {
            return doomed.contains(address);
        }
        if self.selection.is_whole() {
            return true;
        }
        let node = self
            .stack
            .config
            .descendant_for_instance(&address.resource.module);
        let item = node.and_then(|node| self.resource_item(node, &address.resource));
        match (item, reason) {
            (None, _) => {
                let needed = node.is_some_and(|node| self.needs_module(node));
                self.selection.orphan(address) || (needed && !self.selection.excludes(address))
            }
            (Some((item, _)), Some(ActionReason::DeleteBecauseNoModule)) => {
                self.selection.item(item) && !self.selection.excludes(address)
            }
            (Some((item, _)), _) => self.selection.instance(item, address),
        }
    }

    /// Whether something the run is about waits for all that is in a module.
    fn needs_module(&self, node: NodeId) -> bool {
        let item = Item::Close;
        let close = self.order.position(ItemId { node, item });
        close.is_some_and(|close| self.selection.needs(close))
    }

    fn standing(
        &self,
        address: &AbsResource,
        key: Option<&InstanceKey>,
        scope: Option<&ModuleScope>,
    ) -> Standing {
        let Some(scope) = scope else {
            return self.without_module(address, key);
        };
        let Some((item, index)) = self.resource_item(scope.node, address) else {
            return Standing::Gone(self.without_config(address, key));
        };
        let Some(instances) = scope.resource(index) else {
            return Standing::Undecided;
        };
        if self.undecided.borrow().contains(&item) && instances.keys == Keys::Unknown {
            return Standing::Undecided;
        }
        if instances.keys.position(key).is_some() {
            return Standing::Configured;
        }
        Standing::Gone(match (&instances.keys, key) {
            (Keys::Count(_), Some(InstanceKey::Int(_))) => ActionReason::DeleteBecauseCountIndex,
            (Keys::Each(_), Some(InstanceKey::String(_))) => ActionReason::DeleteBecauseEachKey,
            _ => ActionReason::DeleteBecauseWrongRepetition,
        })
    }

    /// Of a module instance that does not exist: whether the call is gone, or
    /// was never expanded because of an error.
    fn without_module(&self, address: &AbsResource, key: Option<&InstanceKey>) -> Standing {
        let node = self.stack.config.descendant_for_instance(&address.module);
        let node = node.filter(|node| self.resource_item(*node, address).is_some());
        let Some(node) = node else {
            return Standing::Gone(self.without_config(address, key));
        };
        match self.calls_expanded(node) {
            true => Standing::Gone(ActionReason::DeleteBecauseNoModule),
            false => Standing::Undecided,
        }
    }

    fn without_config(&self, address: &AbsResource, key: Option<&InstanceKey>) -> ActionReason {
        let instance = AbsResourceInstance {
            resource: address.clone(),
            key: key.cloned(),
        };
        match self.previous(&instance) {
            Some(_) => ActionReason::DeleteBecauseNoMoveTarget,
            None => ActionReason::DeleteBecauseNoResourceConfig,
        }
    }

    fn calls_expanded(&self, node: NodeId) -> bool {
        let mut node = node;
        while let Some((parent, name)) = &self.stack.config.node(node).parent {
            let calls = &self.stack.config.node(*parent).module.module_calls;
            let index = calls.get_index_of(name).unwrap_or(usize::MAX);
            let known = self.evaluation.instances(*parent);
            if !known.iter().all(|scope| scope.expanded(index)) {
                return false;
            }
            node = *parent;
        }
        true
    }

    fn forget_data(&self, address: &AbsResourceInstance) {
        let mut refreshed = self.refreshed.borrow_mut();
        refreshed.set_current(address, &Arc::from(""), None);
    }

    /// The current object of an instance that is to be destroyed, if there
    /// still is one.
    fn left_to_destroy(
        &self,
        address: &AbsResourceInstance,
        instance: &InstanceState,
    ) -> Option<Arc<Object>> {
        let object = instance.current.as_ref()?;
        match self.options.mode {
            Mode::Destroy => self.refreshed_object(address),
            _ => Some(Arc::clone(object)),
        }
    }

    /// What refreshing found.
    fn refreshed_object(&self, address: &AbsResourceInstance) -> Option<Arc<Object>> {
        let refreshed = self.refreshed.borrow();
        let instance = refreshed.instance(&address.resource, &address.key);
        instance.and_then(|instance| instance.current.clone())
    }
}

/// The `provider` blocks of what a run with targets is about and the
/// configuration does not have any more.
pub(super) fn providers_left(
    stack: &Stack<'_>,
    order: &Order,
    selection: &Selection<'_>,
    state: &State,
) -> HashSet<u32> {
    if selection.is_whole() {
        return HashSet::new();
    }
    let meant = |address: &AbsResource, resource: &ResourceState| {
        let mut instances = resource.instances.keys();
        instances.any(|key| {
            selection.orphan(&AbsResourceInstance {
                resource: address.clone(),
                key: key.clone(),
            })
        })
    };
    let left = state.resources.iter().filter(|(address, resource)| {
        let node = stack.config.descendant_for_instance(&address.module);
        let configured = node.is_some_and(|node| {
            let module = &stack.config.node(node).module;
            module.resources.contains_key(&address.resource)
        });
        !configured && meant(address, resource)
    });
    left.filter_map(|(_, resource)| order.provider_of_state(stack, &resource.provider))
        .collect()
}

/// The `removed` block that speaks of a resource. If there are several, one
/// that says that the objects are to be kept.
pub(crate) fn removal<'c>(config: &'c Config, address: &AbsResource) -> Option<&'c Removed> {
    let path = address.module.path();
    let speaking = config.along(&path).zip(0..).flat_map(|(node, depth)| {
        let rest = &path.0[depth..];
        let removed = config.node(node).module.removed.iter();
        removed.filter(move |removed| {
            let module = &removed.from.module().0;
            let inside = rest.len() >= module.len()
                && rest.iter().zip(module).all(|(own, (call, _))| own == call);
            match removed.from.resource() {
                Some(from) => {
                    inside && rest.len() == module.len() && from.resource == address.resource
                }
                None => inside,
            }
        })
    });
    let mut speaking: Vec<&Removed> = speaking.collect();
    speaking.sort_by_key(|removed| removed.destroy);
    speaking.first().copied()
}

/// The provider configuration a state names.
pub fn parse_provider(text: &str) -> Option<(String, ProviderSource, Option<Str>)> {
    let start = text.find("provider[\"")?;
    let module = text.get(..start)?.trim_end_matches('.').to_owned();
    let rest = text.get(start + "provider[\"".len()..)?;
    let (source, alias) = rest.split_once("\"]")?;
    let source = ProviderSource::parse(source).ok()?;
    let alias = alias.strip_prefix('.').map(Str::new);
    Some((module, source, alias))
}
