//! The end of an object: what is left of it, and what is planned.

use std::sync::Arc;

use trueup_sdk::{Block, Configured, PartChange, PlanRequest, Provider, ResourceSchema};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Str, Type, Value};

use super::{
    Action, ActionReason, Deferred, DeferredReason, Mode, ResourceChange,
    orphan::removal,
    read::{Reading, read_object, request, undecodable},
    walk::{Walk, cannot_be_destroyed},
};
use crate::{
    address::{AbsResource, AbsResourceInstance},
    load::Config,
    progress::ObjectRef,
    run::{ProviderKey, schema_of, without_place},
    state::Object,
};

/// An object whose time has come, or a deposed one that has to be read again.
pub(super) struct End<'a> {
    pub(super) address: AbsResourceInstance,
    pub(super) deposed: Option<&'a Str>,
    /// Whose it is, as a state says it.
    pub(super) provider: Arc<str>,
    pub(super) object: Arc<Object>,
    pub(super) reason: Option<ActionReason>,
    pub(super) configured: bool,
}

/// An object that is left in the state.
struct Left<'a> {
    address: &'a AbsResourceInstance,
    deposed: Option<&'a Str>,
    provider: &'a Arc<str>,
    /// It was read again with the configuration it has.
    read: bool,
}

/// What there is before an end.
struct Remains {
    provider: ProviderKey,
    /// The object as it was stored.
    stored: Arc<Object>,
    /// The object as it is, if there still is one.
    now: Option<Arc<Object>>,
    /// It is to be kept, only not in the state.
    forgotten: bool,
}

impl Walk<'_> {
    /// Finds out what is left of an object, and plans its end.
    pub(super) async fn end(&self, end: End<'_>) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let remains = self.remains(&end, &mut diagnostics).await;
        if let Some(remains) = remains
            && self.options.mode != Mode::RefreshOnly
        {
            self.plan_end(&end, &remains, &mut diagnostics).await;
        }
        diagnostics
    }

    /// Reads an object again where that is wanted, and notes what has changed;
    /// nothing if its end has to wait or cannot be planned.
    async fn remains(&self, end: &End<'_>, diagnostics: &mut Diagnostics) -> Option<Remains> {
        let (address, provider_address) = (&end.address, &end.provider);
        let Some((key, provider, schema)) = self.owner(end) else {
            diagnostics.push(unknown_provider(&address.to_string(), provider_address));
            return None;
        };
        if self.providers.is_unknown(&key) && self.options.mode == Mode::Normal {
            self.defer_deletion(address, provider_address);
            return None;
        }
        let implied = [key.clone()].into_iter();
        diagnostics.extend(self.providers.configure_implied(implied).await);
        let kind = address.resource.resource.kind.as_str();
        let decoded = end.object.decoded(provider, kind, schema).await;
        let decoded = decoded.map_err(|error| undecodable(error, &address.to_string()));
        let stored = or_report(decoded, diagnostics)?;
        let forgotten = is_forgotten(self.stack.config, &address.resource)
            && self.options.mode != Mode::Destroy;
        let left = Left {
            address,
            deposed: end.deposed,
            provider: provider_address,
            read: end.configured && end.deposed.is_none(),
        };
        let again = self.options.refresh && !left.read && !forgotten;
        let (now, parts) = match again {
            false => (Some(Arc::clone(&stored)), Vec::new()),
            true => {
                let configured = self.providers.get(&key);
                let reading = self.read_left(&left, configured.as_deref(), &schema.block, &stored);
                or_report(reading.await, diagnostics)?
            }
        };
        if end.deposed.is_none() {
            self.note_drift(address, provider_address, &stored, (now.as_ref(), parts));
        }
        self.keep_left(&left, now.clone());
        Some(Remains {
            provider: key,
            stored,
            now,
            forgotten,
        })
    }

    /// Whose object it is.
    fn owner(&self, end: &End<'_>) -> Option<(ProviderKey, &dyn Provider, &ResourceSchema)> {
        let key = self.stack.provider_of_state(&end.provider)?;
        let provider = self.stack.schemas.provider(&key.source)?;
        let schema = schema_of(provider, &end.address.resource.resource)?;
        Some((key, provider, schema))
    }

    async fn plan_end(&self, end: &End<'_>, remains: &Remains, diagnostics: &mut Diagnostics) {
        let address = &end.address;
        let before = match (&remains.now, end.deposed) {
            (None, None) => return,
            (Some(_), None) if self.options.mode != Mode::Destroy => Some(&remains.stored),
            (now, _) => now.as_ref(),
        };
        let current = end.deposed.is_none() && !remains.forgotten;
        if let Some(refused) = current.then(|| self.protected(address)).flatten() {
            diagnostics.push(refused);
        }
        let parts = match before {
            Some(object) if !remains.forgotten => {
                self.removal(&remains.provider, address, object, diagnostics)
                    .await
            }
            _ => Vec::new(),
        };
        let null = || Value::null(Type::Dynamic);
        let value = before.and_then(|object| object.value()).cloned();
        self.changes.borrow_mut().add(ResourceChange {
            address: address.clone(),
            previous_address: self.previous(address),
            deposed: end.deposed.cloned(),
            provider: Arc::clone(&end.provider),
            action: match (before, remains.forgotten) {
                (None, _) => Action::NoOp,
                (_, true) => Action::Forget,
                (_, false) => Action::Delete,
            },
            reason: end.reason,
            before: value.unwrap_or_else(null),
            after: null(),
            parts,
            changed_by: Vec::new(),
            replace_paths: Vec::new(),
            importing: None,
            generated_config: None,
            private: Vec::new(),
        });
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
    fn protected(&self, address: &AbsResourceInstance) -> Option<Diagnostic> {
        let node = self
            .stack
            .config
            .descendant_for_instance(&address.resource.module)?;
        let (item, _) = self.resource_item(node, &address.resource)?;
        let context = self.contexts.borrow().get(&item).cloned()?;
        let managed = context.config.managed.as_ref()?;
        let protected = managed.lifecycle.prevent_destroy == Some(true);
        protected.then(|| cannot_be_destroyed(&address.to_string(), &context))
    }
}

/// What there is, or why there is nothing among the diagnostics.
fn or_report<T>(found: Result<T, Diagnostics>, diagnostics: &mut Diagnostics) -> Option<T> {
    found.map_err(|found| diagnostics.extend(found)).ok()
}

/// Whether a `removed` block says that a resource's objects are to be kept.
fn is_forgotten(config: &Config, address: &AbsResource) -> bool {
    removal(config, address).is_some_and(|removed| !removed.destroy)
}

fn unknown_provider(name: &str, provider: &str) -> Diagnostic {
    Diagnostic::without_place(
        Severity::Error,
        "Provider configuration not present",
        format!(
            "To work with {name} its original provider configuration at {provider} is required, but it has been removed. This occurs when a provider configuration is removed while objects created by that provider still exist in the state. Re-add the provider configuration to destroy {name}, after which you can remove the provider configuration again."
        ),
    )
}
