//! What the state has and the configuration has not.

use std::{rc::Rc, sync::Arc};

use futures_util::stream::{self, StreamExt};
use trueup_sdk::{Block, Configured, PartChange, PlanRequest};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Str, Type, Value};

use super::{
    Action, ActionReason, Deferred, DeferredReason, Mode, ResourceChange,
    instance::{Reading, read_object, request, undecodable},
    walk::{Walk, cannot_be_destroyed},
};
use crate::{
    address::{
        AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, ProviderSource, ResourceMode,
    },
    config::Removed,
    evaluate::{Keys, ModuleScope},
    load::{Config, NodeId},
    progress::ObjectRef,
    run::{ProviderKey, schema_of, without_place},
    state::{InstanceState, Object, ResourceState},
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

/// An object whose time has come, or a deposed one that has to be read again.
struct End<'a> {
    address: AbsResourceInstance,
    deposed: Option<&'a Str>,
    resource: &'a ResourceState,
    object: Arc<Object>,
    reason: Option<ActionReason>,
    configured: bool,
}

/// An object that is left in the state.
struct Left<'a> {
    address: &'a AbsResourceInstance,
    deposed: Option<&'a Str>,
    provider: &'a Arc<str>,
    /// It was read again with the configuration it has.
    read: bool,
}

impl Walk<'_> {
    /// Plans the destruction of what is no longer wanted: instances without
    /// configuration, deposed objects, and in a destroy plan everything.
    pub(super) async fn plan_unconfigured(&self) {
        let scopes = self.scopes();
        let resources = self.state.resources.iter();
        let ends = resources.flat_map(|(address, resource)| self.ends(address, resource, &scopes));
        let planned = stream::iter(ends).map(|end| self.delete(end));
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
    fn ends<'w>(
        &'w self,
        address: &'w AbsResource,
        resource: &'w ResourceState,
        scopes: &[Rc<ModuleScope>],
    ) -> Vec<End<'w>> {
        let mut ends = Vec::new();
        let found = scopes.binary_search_by(|scope| scope.address.cmp(&address.module));
        let scope = found.ok().and_then(|index| scopes.get(index));
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
                resource,
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

    /// Whether the run is about an object that is not wanted any more.
    fn meant_orphan(&self, address: &AbsResourceInstance, reason: Option<ActionReason>) -> bool {
        if let (Mode::Destroy, Some(doomed)) = (self.options.mode, &self.doomed) {
            return doomed.contains(address);
        }
        if self.selection.is_whole() {
            return true;
        }
        let node = node_of(self.stack.config, &address.resource.module);
        let item = node.and_then(|node| self.resource_item(node, &address.resource));
        match (item, reason) {
            (None, _) => self.selection.orphan(address),
            (Some((item, _)), Some(ActionReason::DeleteBecauseNoModule)) => {
                self.selection.item(item) && !self.selection.excludes(address)
            }
            (Some((item, _)), _) => self.selection.instance(item, address),
        }
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
        let node = node_of(self.stack.config, &address.module);
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

    async fn delete(&self, end: End<'_>) -> Diagnostics {
        let End {
            ref address,
            deposed,
            resource,
            ref object,
            reason,
            configured,
        } = end;
        let name = address.to_string();
        let Some(key) = self.stack.provider_of_state(&resource.provider) else {
            return unknown_provider(&name, &resource.provider);
        };
        let Some(provider) = self.stack.schemas.provider(&key.source) else {
            return unknown_provider(&name, &resource.provider);
        };
        let kind = address.resource.resource.kind.as_str();
        let Some(schema) = schema_of(provider, &address.resource.resource) else {
            return unknown_provider(&name, &resource.provider);
        };
        if self.providers.is_unknown(&key) && self.options.mode == Mode::Normal {
            self.defer_deletion(address, &resource.provider);
            return Diagnostics::default();
        }
        let implied = [key.clone()].into_iter();
        let mut diagnostics = self.providers.configure_implied(implied).await;
        let decoded = match object.decoded(provider, kind, schema).await {
            Ok(decoded) => decoded,
            Err(error) => {
                diagnostics.extend(undecodable(error, &name));
                return diagnostics;
            }
        };
        let forgotten = is_forgotten(self.stack.config, &address.resource)
            && self.options.mode != Mode::Destroy;
        let left = Left {
            address,
            deposed,
            provider: &resource.provider,
            read: configured && deposed.is_none(),
        };
        let again = self.options.refresh && !left.read && !forgotten;
        let (read, parts) = match again {
            false => (Some(Arc::clone(&decoded)), Vec::new()),
            true => {
                let configured = self.providers.get(&key);
                let configured = configured.as_deref();
                match self
                    .read_left(&left, configured, &schema.block, &decoded)
                    .await
                {
                    Ok(read) => read,
                    Err(found) => {
                        diagnostics.extend(found);
                        return diagnostics;
                    }
                }
            }
        };
        if deposed.is_none() {
            let found = (read.as_ref(), parts);
            self.note_drift(address, &resource.provider, &decoded, found);
        }
        self.keep_left(&left, read.clone());
        if self.options.mode == Mode::RefreshOnly {
            return diagnostics;
        }
        let before = match (&read, deposed) {
            (None, None) => return diagnostics,
            (Some(_), None) if self.options.mode != Mode::Destroy => Some(&decoded),
            (read, _) => read.as_ref(),
        };
        if deposed.is_none()
            && !forgotten
            && let Some(refused) = self.protected(address, &name)
        {
            diagnostics.push(refused);
            if self.options.mode == Mode::Destroy {
                return diagnostics;
            }
        }
        let parts = match before {
            Some(object) if !forgotten => {
                self.removal(&key, address, object, &mut diagnostics).await
            }
            _ => Vec::new(),
        };
        let null = || Value::null(Type::Dynamic);
        let change = ResourceChange {
            address: address.clone(),
            previous_address: self.previous(address),
            deposed: deposed.cloned(),
            provider: Arc::clone(&resource.provider),
            action: match (before, forgotten) {
                (None, _) => Action::NoOp,
                (_, true) => Action::Forget,
                (_, false) => Action::Delete,
            },
            reason,
            before: before
                .and_then(|object| object.value())
                .cloned()
                .unwrap_or_else(null),
            after: null(),
            parts,
            changed_by: Vec::new(),
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
            private: Vec::new(),
        };
        self.changes.borrow_mut().add(change);
        diagnostics
    }

    /// What goes with an object that is going to be destroyed.
    async fn removal(
        &self,
        key: &ProviderKey,
        address: &AbsResourceInstance,
        object: &Object,
        diagnostics: &mut Diagnostics,
    ) -> Vec<PartChange> {
        let (Some(provider), Some(value)) = (self.providers.get(key), object.value()) else {
            return Vec::new();
        };
        let prior = request(value, &object.private);
        let asked = PlanRequest {
            kind: address.resource.resource.kind.as_str(),
            prior: Some(&prior),
            config: None,
            proposed: None,
            sensitive: &[],
            shown: None,
        };
        let response = provider.plan(asked).await;
        for problem in response.problems {
            let mut diagnostic = without_place(problem);
            diagnostic.address = Some(address.to_string());
            diagnostics.push(diagnostic);
        }
        response.parts
    }

    /// Reads an object that has no configuration any more.
    async fn read_left(
        &self,
        left: &Left<'_>,
        provider: Option<&dyn Configured>,
        block: &Block,
        object: &Arc<Object>,
    ) -> Result<(Option<Arc<Object>>, Vec<PartChange>), Diagnostics> {
        let Some(provider) = provider else {
            return Ok((Some(Arc::clone(object)), Vec::new()));
        };
        let kind = left.address.resource.resource.kind.as_str();
        let subject = ObjectRef {
            address: left.address,
            deposed: left.deposed,
        };
        let observer = self.watch.observer;
        let null = Value::null(Type::Dynamic);
        observer.refresh_started(subject, object.value().unwrap_or(&null));
        let Reading {
            object: read,
            parts,
            problems,
        } = read_object(provider, kind, block, object).await;
        let mut found = Diagnostics::default();
        for problem in problems {
            let mut diagnostic = without_place(problem);
            diagnostic.address = Some(left.address.to_string());
            found.push(diagnostic);
        }
        if found.has_errors() {
            observer.refresh_finished(subject, None);
            return Err(found);
        }
        let now = read.as_ref().and_then(|object| object.value());
        observer.refresh_finished(subject, Some(now.unwrap_or(&null)));
        self.report(found);
        Ok((read, parts))
    }

    fn keep_left(&self, left: &Left<'_>, object: Option<Arc<Object>>) {
        let mut refreshed = self.refreshed.borrow_mut();
        match left.deposed {
            None => refreshed.set_current(left.address, left.provider, object),
            Some(key) => refreshed.set_deposed(left.address, left.provider, key, object),
        }
    }

    /// Leaves an object alone whose provider cannot be asked yet.
    fn defer_deletion(&self, address: &AbsResourceInstance, provider: &Arc<str>) {
        let mut deferred = self.deferred.borrow_mut();
        if deferred.iter().any(|d| d.resource == address.resource) {
            return;
        }
        deferred.push(Deferred {
            resource: address.resource.clone(),
            provider: Str::new(provider),
            reason: DeferredReason::Provider,
            waits_for: Vec::new(),
        });
    }

    /// Why an instance must not be destroyed, if it must not.
    fn protected(&self, address: &AbsResourceInstance, name: &str) -> Option<Diagnostic> {
        let node = node_of(self.stack.config, &address.resource.module)?;
        let (item, _) = self.resource_item(node, &address.resource)?;
        let context = self.contexts.borrow().get(&item).cloned()?;
        let managed = context.config.managed.as_ref()?;
        let protected = managed.lifecycle.prevent_destroy == Some(true);
        protected.then(|| cannot_be_destroyed(name, &context))
    }
}

/// The module an instance is one of, if the configuration still has it.
pub(crate) fn node_of(config: &Config, module: &ModuleInstance) -> Option<NodeId> {
    let mut node = config.root();
    for (call, _) in &module.0 {
        node = *config.node(node).children.get(call)?;
    }
    Some(node)
}

/// Whether a `removed` block says that a resource's objects are to be kept.
fn is_forgotten(config: &Config, address: &AbsResource) -> bool {
    removal(config, address).is_some_and(|removed| !removed.destroy)
}

/// The `removed` block that speaks of a resource. If there are several, one
/// that says that the objects are to be kept.
pub(crate) fn removal<'c>(config: &'c Config, address: &AbsResource) -> Option<&'c Removed> {
    let path = address.module.path();
    let speaking = config.nodes().flat_map(|(_, node)| {
        let rest = path.0.strip_prefix(&node.path.0[..]);
        let removed = node.module.removed.iter();
        removed.filter(move |removed| {
            let module = removed.from.module().path();
            rest.is_some_and(|rest| match removed.from.resource() {
                Some(from) => rest == &module.0[..] && from.resource == address.resource,
                None => rest.starts_with(&module.0),
            })
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

fn unknown_provider(name: &str, provider: &str) -> Diagnostics {
    Diagnostics(vec![Diagnostic::without_place(
        Severity::Error,
        "Provider configuration not present",
        format!(
            "To work with {name} its original provider configuration at {provider} is required, but it has been removed. This occurs when a provider configuration is removed while objects created by that provider still exist in the state. Re-add the provider configuration to destroy {name}, after which you can remove the provider configuration again."
        ),
    )])
}
