//! Destroying.

use std::sync::Arc;

use trueup_sdk::{ApplyRequest, ProblemSeverity};
use trueup_state::journal::{self, Intent, Outcome};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Str, Type, Value};

use super::{
    provision::Provisioning,
    walk::{Walk, deposed_key},
};
use crate::{
    address::InstanceKey,
    config::When,
    evaluate::Each,
    plan::{Action, ResourceChange, node_of, removal},
    progress::ObjectRef,
    run::{schema_of, without_place},
    state::{Attributes, Object, encode_object},
};

impl Walk<'_> {
    /// Destroys the object a change is about.
    pub(super) async fn destroy(&self, index: usize) -> Diagnostics {
        let Some(change) = self.plan.changes.get(index) else {
            return Diagnostics::default();
        };
        let name = change.address.to_string();
        let deposed = match change.action {
            Action::CreateThenDelete => Some(deposed_key(&self.plan.prior, &name)),
            _ => change.deposed.clone(),
        };
        let Some(object) = self.victim(change, deposed.as_ref()) else {
            return Diagnostics::default();
        };
        if change.action == Action::Forget {
            self.remove(change, deposed.as_ref(), None);
            return Diagnostics::default();
        }
        let mut diagnostics = Diagnostics::default();
        self.destroy_object(change, &name, deposed.as_ref(), &object, &mut diagnostics)
            .await;
        for diagnostic in &mut diagnostics.0 {
            diagnostic.address = Some(name.clone());
        }
        diagnostics
    }

    fn victim(&self, change: &ResourceChange, deposed: Option<&Str>) -> Option<Arc<Object>> {
        let state = self.state.borrow();
        let instance = state.instance(&change.address.resource, &change.address.key)?;
        match deposed {
            Some(key) => instance.deposed.get(key).cloned(),
            None => instance.current.clone(),
        }
    }

    async fn destroy_object(
        &self,
        change: &ResourceChange,
        name: &str,
        deposed: Option<&Str>,
        object: &Arc<Object>,
        diagnostics: &mut Diagnostics,
    ) {
        let resource = &change.address.resource.resource;
        let found = self
            .stack
            .provider_of_state(&change.provider)
            .and_then(|key| {
                let provider = self.stack.schemas.provider(&key.source)?;
                let schema = schema_of(provider, resource)?;
                Some((self.providers.get(&key)?, schema))
            });
        let (Some((provider, schema)), Some(value)) = (found, object.value()) else {
            diagnostics.push(not_done("the provider is not configured".to_owned()));
            return;
        };
        let null = Value::null(Type::Dynamic);
        let subject = ObjectRef {
            address: &change.address,
            deposed,
        };
        let observer = self.watch.observer;
        observer.apply_started(subject, Action::Delete, object.value().unwrap_or(&null));
        if deposed.is_none() && !object.tainted {
            let found = self.provision_destruction(change, name, value).await;
            diagnostics.extend(found);
            if diagnostics.has_errors() {
                observer.apply_finished(subject, Action::Delete, None);
                return;
            }
        }
        let (value, _) = value.unmark_deep();
        let prior = trueup_sdk::Object {
            value,
            private: object.private.clone(),
        };
        let key = deposed.map_or("", Str::as_str);
        let action = journal::Action::Delete;
        let mut intent = Intent::new(action, name, &change.provider);
        key.clone_into(&mut intent.deposed);
        let traces = !provider.lives_in_state(resource.kind.as_str());
        let sequence = match self.ledger.intent(intent, traces).await {
            Ok(sequence) => sequence,
            Err(error) => {
                diagnostics.push(not_done(error));
                observer.apply_finished(subject, Action::Delete, None);
                return;
            }
        };
        let response = provider
            .apply(ApplyRequest {
                kind: resource.kind.as_str(),
                prior: Some(&prior),
                planned: None,
                config: None,
                private: &change.private,
                identity: None,
            })
            .await;
        let failed = response
            .problems
            .iter()
            .any(|p| p.severity == ProblemSeverity::Error);
        diagnostics
            .0
            .extend(response.problems.into_iter().map(without_place));
        // After an error the object may still be there, whatever was answered.
        let left = match response.object {
            Some(left) if left == prior => Some(Arc::clone(object)),
            Some(left) => Some(Arc::new(Object {
                attributes: Attributes::Known(left.value),
                private: left.private,
                ..Object::clone(object)
            })),
            None if failed => Some(Arc::clone(object)),
            None => None,
        };
        if left.is_some() && !failed {
            diagnostics.push(not_done(
                "the provider reported success, but the object is still there".to_owned(),
            ));
        }
        let ty = schema.block.implied_type();
        let encoded = left
            .as_ref()
            .map(|left| encode_object(left, change.address.key.as_ref(), key, &ty));
        // Without an outcome a recovery asks the provider; it must not read
        // that the object is gone.
        match encoded.transpose() {
            Ok(object) => {
                let error = diagnostics.0.iter().find(|d| d.severity == Severity::Error);
                self.ledger.outcome(Outcome {
                    sequence,
                    object,
                    error: error.map(|diagnostic| diagnostic.summary.clone()),
                });
            }
            Err(error) => diagnostics.push(not_done(format!("it cannot be stored: {error}"))),
        }
        let gone = (!diagnostics.has_errors()).then_some(&null);
        observer.apply_finished(subject, Action::Delete, gone);
        self.remove(change, deposed, left);
    }

    /// Runs what is to be run before destroying: as the resource says, or a
    /// `removed` block where there is no resource any more.
    async fn provision_destruction(
        &self,
        change: &ResourceChange,
        name: &str,
        value: &Value,
    ) -> Diagnostics {
        let address = &change.address.resource;
        let node = node_of(self.stack.config, &address.module);
        let configured = node.and_then(|node| {
            let module = &self.stack.config.node(node).module;
            let resource = module.resources.get(&address.resource)?;
            Some(&resource.managed.as_ref()?.provisioners[..])
        });
        let removal =
            || removal(self.stack.config, address).map(|removed| &removed.provisioners[..]);
        let Some(provisioners) = configured.or_else(removal) else {
            return Diagnostics::default();
        };
        if !provisioners.iter().any(|p| p.when == When::Destroy) {
            return Diagnostics::default();
        }
        let scope = self.scope(&address.module).unwrap_or_else(|| {
            let node = node.unwrap_or_else(|| self.stack.config.root());
            let module = address.module.clone();
            std::rc::Rc::new(self.evaluation.detached(node, module))
        });
        let each = match (&change.address.key, configured) {
            (Some(InstanceKey::Int(index)), Some(_)) => Each::Count(*index),
            (Some(InstanceKey::String(key)), Some(_)) => Each::Each(key.clone(), Value::dynamic()),
            _ => Each::None,
        };
        let provisioning = Provisioning {
            processes: self.stack.schemas.processes(),
            watch: self.watch,
            subject: ObjectRef::current(&change.address),
            view: self
                .evaluation
                .view(&scope)
                .repeated(&each)
                .with_self(value),
            address: name,
        };
        provisioning.run(provisioners, When::Destroy).await
    }

    fn remove(&self, change: &ResourceChange, deposed: Option<&Str>, left: Option<Arc<Object>>) {
        let mut state = self.state.borrow_mut();
        match deposed {
            Some(key) => state.set_deposed(&change.address, &change.provider, key, left),
            None => state.set_current(&change.address, &change.provider, left),
        }
    }
}

fn not_done(reason: String) -> Diagnostic {
    Diagnostic::without_place(
        Severity::Error,
        "Object not destroyed",
        format!("The object was not destroyed: {reason}."),
    )
}
