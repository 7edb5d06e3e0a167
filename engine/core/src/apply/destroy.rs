//! Destroying.

use std::sync::Arc;

use trueup_sdk::{ApplyRequest, Configured, Problem, ProblemSeverity, ResourceSchema};
use trueup_state::journal::{self, Intent, Outcome, Sequence};
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
    plan::{Action, ResourceChange, removal},
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
        let (Some((provider, schema)), Some(value)) = (self.owner(change), object.value()) else {
            diagnostics.push(not_done("the provider is not configured".to_owned()));
            return;
        };
        let null = Value::null(Type::Dynamic);
        let subject = ObjectRef {
            address: &change.address,
            deposed,
        };
        let observer = self.watch.observer;
        observer.apply_started(subject, Action::Delete, value);
        if deposed.is_none() && !object.tainted {
            let found = self.provision_destruction(change, name, value).await;
            diagnostics.extend(found);
        }
        let sequence = match diagnostics.has_errors() {
            true => None,
            false => {
                self.intend(change, name, deposed, &*provider, diagnostics)
                    .await
            }
        };
        let Some(sequence) = sequence else {
            observer.apply_finished(subject, Action::Delete, None);
            return;
        };
        let left = ask(&*provider, change, object, value, diagnostics).await;
        let key = deposed.map_or("", Str::as_str);
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

    /// Whose object it is.
    fn owner(&self, change: &ResourceChange) -> Option<(Arc<dyn Configured>, &ResourceSchema)> {
        let key = self.stack.provider_of_state(&change.provider)?;
        let provider = self.stack.schemas.provider(&key.source)?;
        let schema = schema_of(provider, &change.address.resource.resource)?;
        Some((self.providers.get(&key)?, schema))
    }

    /// Writes down what is going to be done; its number, if that is written.
    async fn intend(
        &self,
        change: &ResourceChange,
        name: &str,
        deposed: Option<&Str>,
        provider: &dyn Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Sequence> {
        let mut intent = Intent::new(journal::Action::Delete, name, &change.provider);
        deposed
            .map_or("", Str::as_str)
            .clone_into(&mut intent.deposed);
        let kind = change.address.resource.resource.kind.as_str();
        let traces = !provider.lives_in_state(kind);
        let written = self.ledger.intent(intent, traces).await;
        written
            .map_err(|error| diagnostics.push(not_done(error)))
            .ok()
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
        let node = self.stack.config.descendant_for_instance(&address.module);
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

/// Asks the provider to destroy an object, and judges what is left of it.
async fn ask(
    provider: &dyn Configured,
    change: &ResourceChange,
    object: &Arc<Object>,
    value: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<Object>> {
    let (value, _) = value.unmark_deep();
    let private = object.private.clone();
    let prior = trueup_sdk::Object { value, private };
    let request = ApplyRequest {
        kind: change.address.resource.resource.kind.as_str(),
        prior: Some(&prior),
        planned: None,
        config: None,
        settled: None,
        private: &change.private,
        identity: None,
    };
    let response = provider.apply(request).await;
    let problems = response.problems;
    let error = |problem: &Problem| problem.severity == ProblemSeverity::Error;
    let failed = problems.iter().any(error);
    diagnostics
        .0
        .extend(problems.into_iter().map(without_place));
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
    left
}

fn not_done(reason: String) -> Diagnostic {
    Diagnostic::without_place(
        Severity::Error,
        "Object not destroyed",
        format!("The object was not destroyed: {reason}."),
    )
}
