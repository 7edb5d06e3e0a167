//! What references lead to.

use std::cell::OnceCell;

use trueup_lang::{Resolution, Variables};
use trueup_syntax::ast::Traversal;
use trueup_value::{Marks, Str, Value};

use super::{ModuleInstances, ModuleScope, View, position_of};
use crate::{
    address::{InstanceKey, Resource as Address, Subject, parse_reference},
    evaluate::Each,
};

impl Variables for View<'_> {
    fn resolve(&self, traversal: &Traversal) -> Resolution {
        let Ok(reference) = parse_reference(traversal) else {
            return Resolution::Missing;
        };
        let whole = traversal.steps.len() - reference.remaining.len();
        let found = match &reference.subject {
            Subject::SelfObject => self.own.cloned().map(|value| (value, 0)),
            Subject::Resource(address) => self.resource(address).map(|value| (value, whole)),
            Subject::ResourceInstance(address, key) => {
                self.resource_instance(address, key.as_ref(), whole)
            }
            Subject::Module(name) => self.call(name).map(|value| (value, whole)),
            Subject::ModuleInstance(name, key) => self.call_instance(name, key).map_or_else(
                || {
                    self.call(name)
                        .map(|value| (value, whole.saturating_sub(1)))
                },
                |scope| Some((self.outputs(scope), whole)),
            ),
            Subject::ModuleOutput(name, key, output) => {
                self.module_output(name, key.as_ref(), output, whole)
            }
            other => self.named(other).map(|value| (value, 1)),
        };
        match found {
            Some((value, steps)) => Resolution::Found { value, steps },
            None => Resolution::Missing,
        }
    }
}

impl View<'_> {
    fn named(&self, subject: &Subject) -> Option<Value> {
        let module = self.evaluation.module(self.module.node);
        let known = |cell: Option<&OnceCell<Value>>| {
            cell.map(|cell| cell.get().cloned().unwrap_or_else(Value::dynamic))
        };
        match subject {
            Subject::Variable(name) => {
                let index = module.variables.get_index_of(name)?;
                known(self.module.variables.get(index))
            }
            Subject::Local(name) => {
                let index = module.locals.get_index_of(name)?;
                known(self.module.locals.get(index))
            }
            Subject::Count(_) => match self.each {
                Each::Count(index) => Some(Value::number(*index)),
                _ => None,
            },
            Subject::Each(name) => match (self.each, name.as_str()) {
                (Each::Each(key, _), "key") => Some(Value::string(key.clone())),
                (Each::Each(_, value), "value") => Some(value.clone()),
                _ => None,
            },
            Subject::Path(name) => self.path(name),
            Subject::Terraform(name) => match name.as_str() {
                "workspace" => Some(Value::string(self.evaluation.workspace)),
                "applying" => {
                    let applying = self.evaluation.applying.get();
                    Some(Value::bool(applying).with_marks(Marks::EPHEMERAL))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole resource: its object, or a tuple or object of all of them.
    fn resource(&self, address: &Address) -> Option<Value> {
        let module = self.evaluation.module(self.module.node);
        let index = module.resources.get_index_of(address)?;
        let instances = self.module.resource(index);
        Some(instances.map_or_else(Value::dynamic, |instances| instances.whole()))
    }

    /// One instance, if the key leads to one; else the whole resource, so that
    /// what follows is applied to that.
    fn resource_instance(
        &self,
        address: &Address,
        key: Option<&InstanceKey>,
        whole: usize,
    ) -> Option<(Value, usize)> {
        let module = self.evaluation.module(self.module.node);
        let index = module.resources.get_index_of(address)?;
        let Some(instances) = self.module.resource(index) else {
            return Some((Value::dynamic(), whole));
        };
        let position = position_of(&instances.keys, key);
        match position.and_then(|position| instances.get(position)) {
            Some(value) => Some((value, whole)),
            None => {
                let own = whole.saturating_sub(usize::from(key.is_some()));
                Some((instances.whole(), own))
            }
        }
    }

    fn instances_of(&self, name: &Str) -> Option<&ModuleInstances> {
        let module = self.evaluation.module(self.module.node);
        let index = module.module_calls.get_index_of(name)?;
        self.module.calls.get(index)?.get()
    }

    fn call_instance(&self, name: &Str, key: &InstanceKey) -> Option<&ModuleScope> {
        let instances = self.instances_of(name)?;
        let position = position_of(&instances.keys, Some(key))?;
        instances.instances.get(position).map(AsRef::as_ref)
    }

    /// A whole call: the object of its outputs, or a tuple or object of them.
    fn call(&self, name: &Str) -> Option<Value> {
        let module = self.evaluation.module(self.module.node);
        module.module_calls.get(name)?;
        let Some(calls) = self.instances_of(name) else {
            return Some(Value::dynamic());
        };
        let whole = || {
            calls
                .keys
                .gather(|position| match calls.instances.get(position) {
                    Some(scope) => self.outputs(scope),
                    None => Value::dynamic(),
                })
        };
        Some(calls.whole.get_or_init(whole).clone())
    }

    fn module_output(
        &self,
        name: &Str,
        key: Option<&InstanceKey>,
        output: &Str,
        whole: usize,
    ) -> Option<(Value, usize)> {
        let found = self.instances_of(name).and_then(|calls| {
            let position = position_of(&calls.keys, key)?;
            let scope = calls.instances.get(position)?;
            let outputs = &self.evaluation.module(scope.node).outputs;
            let cell = scope.outputs.get(outputs.get_index_of(output)?)?;
            Some(cell.get().cloned().unwrap_or_else(Value::dynamic))
        });
        match found {
            Some(value) => Some((value, whole)),
            None => self.call(name).map(|value| (value, 1)),
        }
    }

    fn outputs(&self, scope: &ModuleScope) -> Value {
        let outputs = &self.evaluation.module(scope.node).outputs;
        Value::object(outputs.keys().enumerate().map(|(index, name)| {
            let value = scope.outputs.get(index).and_then(OnceCell::get);
            (name.clone(), value.cloned().unwrap_or_else(Value::dynamic))
        }))
    }
}
