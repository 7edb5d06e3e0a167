//! Which attributes of objects the changes of a plan depend on: what the
//! configuration of everything that changes refers to, directly or through
//! other values.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use trueup_lang::references;
use trueup_syntax::{
    Diagnostics,
    ast::{Attribute, Expr, Step, StepKind},
    body::{Body, BodySchema, attribute},
};
use trueup_value::{Path, PathStep, Str, quote};

use super::RelevantAttribute;
use crate::{
    address::{
        AbsResource, InstanceKey, ModuleInstance, Resource as Address, Subject, parse_reference,
    },
    config::{Module, Resource},
    run::{Stack, schema_of},
};

/// The attributes that `changed` resources and outputs of modules depend on,
/// sorted by address.
pub(super) fn relevant_attributes<'c>(
    stack: &Stack<'_>,
    changed: impl Iterator<Item = &'c AbsResource>,
    outputs: impl Iterator<Item = (ModuleInstance, Str)>,
) -> Vec<RelevantAttribute> {
    let mut search = Search {
        stack: *stack,
        pending: Vec::new(),
        known: HashSet::new(),
        found: Vec::new(),
    };
    let changed: BTreeSet<&AbsResource> = changed.collect();
    for resource in changed {
        search.visit_resource(&resource.module, &resource.resource, &[]);
    }
    for (module, name) in outputs {
        search.visit_output(&module, &name);
    }
    while let Some(reference) = search.pending.pop() {
        search.follow(&reference);
    }
    search.found.sort_by(|a, b| a.resource.cmp(&b.resource));
    search.found
}

struct Search<'a> {
    stack: Stack<'a>,
    pending: Vec<Reference>,
    /// The texts of all references seen.
    known: HashSet<String>,
    found: Vec<RelevantAttribute>,
}

/// A reference, and where it stands.
struct Reference {
    module: ModuleInstance,
    /// The resource it stands in, where that matters.
    within: Option<Address>,
    subject: Subject,
    remaining: Vec<Step>,
}

impl<'a> Search<'a> {
    fn follow(&mut self, reference: &Reference) {
        let module = &reference.module;
        match &reference.subject {
            Subject::Variable(name) => self.visit_variable(module, name),
            Subject::Local(name) => {
                let local = self
                    .module(module)
                    .and_then(|module| module.locals.get(name));
                if let Some(local) = local {
                    self.visit_expression(&local.value.expr, module, None);
                }
            }
            Subject::Count(_) | Subject::Each(_) => {
                if let Some(within) = &reference.within {
                    self.visit_repetition(module, within);
                }
            }
            Subject::Resource(resource) | Subject::ResourceInstance(resource, _) => {
                self.visit_resource(module, resource, &reference.remaining);
            }
            Subject::Module(call) => self.visit_call(module, call, None),
            Subject::ModuleInstance(call, key) => self.visit_call(module, call, Some(key)),
            Subject::ModuleOutput(call, key, output) => {
                let callee = child(module, call, key.as_ref());
                self.visit_output(&callee, output);
            }
            Subject::Path(_) | Subject::Terraform(_) | Subject::SelfObject => {}
        }
    }

    fn module(&self, module: &ModuleInstance) -> Option<&'a Module> {
        let node = self.stack.config.descendant_for_instance(module)?;
        Some(&self.stack.config.node(node).module)
    }

    fn resource(&self, module: &ModuleInstance, address: &Address) -> Option<&'a Resource> {
        let found = self.module(module)?.resources.get(address)?;
        Some(found.as_ref())
    }

    /// What an input variable gets from the call of its module.
    fn visit_variable(&mut self, module: &ModuleInstance, name: &Str) {
        let Some(((call, _), caller)) = module.0.split_last() else {
            return;
        };
        let caller = ModuleInstance(caller.to_vec());
        let call = self
            .module(&caller)
            .and_then(|module| module.module_calls.get(call));
        if let Some(argument) = call.and_then(|call| argument(&call.body, name)) {
            self.visit_expression(&argument.expr, &caller, None);
        }
    }

    fn visit_output(&mut self, module: &ModuleInstance, name: &Str) {
        let output = self
            .module(module)
            .and_then(|module| module.outputs.get(name));
        if let Some(value) = output.and_then(|output| output.value.as_ref()) {
            self.visit_expression(&value.expr, module, None);
        }
    }

    fn visit_call(&mut self, module: &ModuleInstance, call: &Str, key: Option<&InstanceKey>) {
        self.visit_outputs(&child(module, call, key));
    }

    fn visit_outputs(&mut self, module: &ModuleInstance) {
        let outputs = self.module(module).map(|module| module.outputs.keys());
        for name in outputs.into_iter().flatten() {
            self.visit_output(module, name);
        }
    }

    fn visit_repetition(&mut self, module: &ModuleInstance, address: &Address) {
        let Some(resource) = self.resource(module, address) else {
            return;
        };
        let repetition = resource.for_each.as_ref().or(resource.count.as_ref());
        if let Some(repetition) = repetition {
            self.visit_expression(&repetition.expr, module, None);
        }
    }

    /// What the part of a resource's configuration refers to that `remaining`
    /// leads to.
    fn visit_resource(&mut self, module: &ModuleInstance, address: &Address, remaining: &[Step]) {
        let Some(resource) = self.resource(module, address) else {
            return;
        };
        let source = resource.provider.as_ref();
        let provider = source.and_then(|source| self.stack.schemas.provider(source));
        let Some(schema) = provider.and_then(|provider| schema_of(provider, address)) else {
            return;
        };
        let within = Some(address);
        match remaining.first().and_then(step_name) {
            None => self.visit_body(&resource.body, module, within),
            Some(name) if schema.block.attributes.contains_key(name) => {
                if let Some(attribute) = argument(&resource.body, name) {
                    self.visit_expression(&attribute.expr, module, within);
                }
            }
            Some(name) if schema.block.blocks.contains_key(name) => {
                self.visit_body(&resource.body, module, within);
            }
            Some(_) => {}
        }
    }

    fn visit_body(&mut self, body: &Body, module: &ModuleInstance, within: Option<&Address>) {
        body.each_expression(&mut |expr| self.visit_expression(expr, module, within));
    }

    fn visit_expression(&mut self, expr: &Expr, module: &ModuleInstance, within: Option<&Address>) {
        for traversal in references(expr) {
            let Ok(parsed) = parse_reference(traversal) else {
                continue;
            };
            let repeated = matches!(parsed.subject, Subject::Count(_) | Subject::Each(_));
            let reference = Reference {
                module: module.clone(),
                within: within.filter(|_| repeated).cloned(),
                subject: parsed.subject,
                remaining: parsed.remaining.to_vec(),
            };
            if self.known.insert(reference.text()) {
                self.note(&reference);
                self.pending.push(reference);
            }
        }
    }

    /// Notes an attribute of an object.
    fn note(&mut self, reference: &Reference) {
        let (address, key) = match &reference.subject {
            Subject::Resource(address) => (address, None),
            Subject::ResourceInstance(address, key) => (address, key.as_ref()),
            _ => return,
        };
        // Names bound by dynamic blocks look like resources.
        if self.resource(&reference.module, address).is_none() {
            return;
        }
        let resource = AbsResource {
            module: reference.module.clone(),
            resource: address.clone(),
        };
        let key = key.map(ToString::to_string).unwrap_or_default();
        let mut path = Path::new();
        for step in &reference.remaining {
            path.push(match &step.kind {
                StepKind::Attr(name) => PathStep::Attr(name.clone()),
                StepKind::Index(key) => PathStep::Index(key.clone()),
            });
        }
        self.found.push(RelevantAttribute {
            resource: format!("{resource}{key}"),
            path,
        });
    }
}

impl Reference {
    /// Tells references apart.
    fn text(&self) -> String {
        let Reference {
            module,
            within,
            subject,
            remaining,
        } = self;
        let within = within.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut text = format!("{module}|{within}|{subject}");
        for step in remaining {
            match &step.kind {
                StepKind::Attr(name) => text.push_str(&format!(".{name}")),
                StepKind::Index(key) => match key.as_str() {
                    Some(key) => text.push_str(&format!("[{}]", quote(key))),
                    None => {
                        let number = key.as_number().map(|number| number.to_text());
                        text.push_str(&format!("[{}]", number.unwrap_or_default()));
                    }
                },
            }
        }
        text
    }
}

fn argument(body: &Body, name: &str) -> Option<Arc<Attribute>> {
    let schema = BodySchema {
        attributes: &[attribute(name)],
        blocks: &[],
    };
    let (content, _) = body.partial_content(&schema, &mut Diagnostics::default());
    content.attributes.into_iter().next()
}

fn step_name(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Attr(name) => Some(name.as_str()),
        StepKind::Index(key) => key.as_str(),
    }
}

fn child(module: &ModuleInstance, call: &Str, key: Option<&InstanceKey>) -> ModuleInstance {
    let mut path = module.0.clone();
    path.push((call.clone(), key.cloned()));
    ModuleInstance(path)
}
