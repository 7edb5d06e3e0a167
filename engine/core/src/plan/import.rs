//! Imports: objects that exist become managed.
//!
//! An imported object is in the state a plan starts from, so that applying
//! has nothing more to do than what the configuration changes about it.

use std::{rc::Rc, sync::Arc};

use trueup_sdk::Configured;
use trueup_syntax::{Diagnostic, Diagnostics, Severity, Span, ast::Expr};
use trueup_value::{Str, Type, Value};

use super::{instance::flatten, read::read, walk::Walk};
use crate::{
    address::{AbsResource, AbsResourceInstance, Target, parse_target},
    config::Import,
    diff::mark_sensitive,
    evaluate::{Each, ModuleScope, View},
    load::NodeId,
    progress::ObjectRef,
    run::ResourceContext,
    state::{Attributes, Object},
};

/// An object to be imported.
#[derive(Clone, Debug)]
pub(super) struct ImportTarget {
    /// What the provider knows it by.
    pub(super) id: Str,
    /// Where its address is written; nowhere for that of a command line.
    pub(super) place: Option<Span>,
}

const NO_TARGET: &str = "Configuration for import target does not exist";
const BAD_ID: &str = "Invalid import id argument";

impl Walk<'_> {
    /// Finds out what an `import` block imports.
    pub(super) fn evaluate_import(&self, scope: &Rc<ModuleScope>, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let module = self.evaluation.module(scope.node);
        let Some(import) = module.imports.get(index) else {
            return diagnostics;
        };
        let view = self.evaluation.view(scope);
        let Some(for_each) = &import.for_each else {
            self.add_import(import, &view, &mut diagnostics);
            return diagnostics;
        };
        for each in repetitions(&view, &for_each.expr, &mut diagnostics) {
            self.add_import(import, &view.repeated(&each), &mut diagnostics);
        }
        diagnostics
    }

    fn add_import(&self, import: &Import, view: &View<'_>, diagnostics: &mut Diagnostics) {
        let before = diagnostics.0.len();
        let Some(address) = import_address(import, view, diagnostics) else {
            return;
        };
        let id = import.id.as_ref();
        let id = id.and_then(|id| import_id(&id.expr, view, diagnostics));
        if diagnostics.0.len() > before {
            return;
        }
        // What is managed already need not be imported again.
        let known = self.state.instance(&address.resource, &address.key);
        // A deposed object that this run leaves alone is in the way, too.
        let meant = self.selection.orphan(&address);
        if known.is_some_and(|instance| instance.current.is_some() || !meant) {
            return;
        }
        if let Some(id) = id {
            let place = Some(import.to_expr.expr.span);
            let mut imports = self.imports.borrow_mut();
            imports.insert(address, ImportTarget { id, place });
        }
    }

    /// Complains of imports to instances of a resource that it does not have.
    pub(super) fn check_imports(&self, node: NodeId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let place = self.stack.config.node(node);
        let Some((address, _)) = place.module.resources.get_index(index) else {
            return diagnostics;
        };
        let imports = self.imports.borrow();
        let here = imports.keys().filter(|instance| {
            let AbsResource { module, resource } = &instance.resource;
            resource == address && module.path() == place.path
        });
        for instance in here {
            let scopes = self.evaluation.instances(node);
            let scope = scopes
                .iter()
                .find(|s| s.address == instance.resource.module);
            let instances = scope.and_then(|scope| scope.resource(index));
            let undecided = scope.is_some() && instances.is_none();
            let key = instance.key.as_ref();
            let there = instances.is_some_and(|i| {
                i.keys == crate::evaluate::Keys::Unknown || i.keys.position(key).is_some()
            });
            if !there && !undecided {
                let detail = format!(
                    "The configuration for the given import {instance} does not exist. All target instances must have an associated configuration to be imported."
                );
                let found = Diagnostic::without_place(Severity::Error, NO_TARGET, detail);
                diagnostics.push(found);
            }
        }
        diagnostics
    }

    /// Complains of imports for which there is no resource.
    pub(super) fn check_unconfigured_import(&self, address: &AbsResourceInstance) -> Diagnostic {
        let target = self.imports.borrow().get(address).cloned();
        let detail = format!(
            "The configuration for the given import target {address} does not exist. If you wish to automatically generate config for this resource, use the -generate-config-out option within terraform plan. Otherwise, make sure the target resource exists within your configuration. For example:\n\n  terraform plan -generate-config-out=generated.tf"
        );
        match target.and_then(|target| target.place) {
            Some(place) => Diagnostic::error(NO_TARGET, detail, place),
            None => Diagnostic::without_place(Severity::Error, NO_TARGET, detail),
        }
    }

    /// The imports whose resource the configuration does not have.
    pub(super) fn unconfigured_imports(&self) -> Vec<AbsResourceInstance> {
        let imports = self.imports.borrow();
        let missing = imports.keys().filter(|address| {
            let node = self
                .stack
                .config
                .descendant_for_instance(&address.resource.module);
            node.and_then(|node| self.resource_item(node, &address.resource))
                .is_none()
        });
        let mut missing: Vec<_> = missing.cloned().collect();
        missing.sort();
        missing
    }

    /// Finds the object, and reads it in full.
    pub(super) async fn import(
        &self,
        context: &ResourceContext<'_>,
        provider: &dyn Configured,
        address: &AbsResourceInstance,
        id: &Str,
    ) -> Result<Arc<Object>, Diagnostics> {
        let name = address.to_string();
        let observer = self.watch.observer;
        let subject = ObjectRef::current(address);
        observer.import_started(subject, id);
        let mut diagnostics = Diagnostics::default();
        let object = found(context, provider, &name, id, &mut diagnostics).await;
        let Some(object) = object.filter(|_| !diagnostics.has_errors()) else {
            return Err(diagnostics);
        };
        observer.import_found(subject, id);
        let null = Value::null(Type::Dynamic);
        observer.refresh_started(subject, object.value().unwrap_or(&null));
        let (current, _) = read(context, provider, &object, &name, &mut diagnostics).await;
        let seen = match &current {
            Some(current) => current.value(),
            None => (!diagnostics.has_errors()).then_some(&null),
        };
        observer.refresh_finished(subject, seen);
        if let Some(current) = current.filter(|_| !diagnostics.has_errors()) {
            self.report(diagnostics);
            let mut refreshed = self.refreshed.borrow_mut();
            refreshed.set_current(
                address,
                &context.provider_address,
                Some(Arc::clone(&current)),
            );
            return Ok(current);
        }
        if !diagnostics.has_errors() {
            diagnostics.push(without_place(
                "Cannot import non-existent remote object",
                format!(
                    "While attempting to import an existing object to \"{name}\", the provider detected that no object exists with the given id. Only pre-existing objects can be imported; check that the id is correct and that it is associated with the provider's configured region or endpoint, or use \"terraform apply\" to create a new remote object for this resource."
                ),
            ));
        }
        Err(diagnostics)
    }
}

/// Asks the provider for the one object an ID stands for.
async fn found(
    context: &ResourceContext<'_>,
    provider: &dyn Configured,
    name: &str,
    id: &Str,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<Object>> {
    let kind = context.config.address.kind.as_str();
    let mut objects = match provider.import(kind, id).await {
        Ok(objects) => objects,
        Err(problems) => {
            context.report(problems, name, diagnostics);
            return None;
        }
    };
    let count = objects.len();
    let object = objects.pop().filter(|_| count == 1);
    let attempt = format!("While attempting to import with ID {id}, the provider");
    let (summary, detail) = match object {
        None if count == 0 => (
            "Import returned no resources",
            "returned no instance states.",
        ),
        None => (
            "Multiple import states not supported",
            "returned multiple resource instance states. This is not currently supported.",
        ),
        Some(object) if object.object.value.is_null() => (
            "Import returned null resource",
            "returned an instance with no state.",
        ),
        Some(object) if object.kind != kind => (
            "Import returned another resource type",
            "returned an object of another resource type.",
        ),
        Some(object) => {
            context.report(object.warnings, name, diagnostics);
            return Some(Arc::new(Object {
                attributes: Attributes::Known(mark_sensitive(
                    &context.schema.block,
                    &object.object.value,
                )),
                tainted: false,
                private: object.object.private,
                dependencies: Arc::new([]),
                create_before_destroy: false,
                schema_version: context.schema.version,
            }));
        }
    };
    diagnostics.push(without_place(summary, format!("{attempt} {detail}")));
    None
}

fn without_place(summary: &str, detail: String) -> Diagnostic {
    Diagnostic::without_place(Severity::Error, summary, detail)
}

/// Keys and values of the `for_each` of an `import` block. Other than that of
/// a resource it may be a list and may be sensitive.
fn repetitions(view: &View<'_>, expr: &Expr, diagnostics: &mut Diagnostics) -> Vec<Each> {
    let (value, found) = view.evaluate(expr, &Type::Dynamic);
    diagnostics.extend(found);
    if diagnostics.has_errors() {
        return Vec::new();
    }
    let (value, _) = value.unmarked();
    let unknown_set = matches!(value, Value::Set(_)) && !value.is_wholly_known();
    if !value.is_known() || unknown_set {
        diagnostics.push(Diagnostic::error(
            "Invalid for_each argument",
            "The \"for_each\" expression includes values derived from other resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of values that might be used to import this resource.",
            expr.span,
        ));
        return Vec::new();
    }
    let elements = value.elements().map(|(key, value)| {
        let text = key.unmarked().0.clone();
        let key = match text.as_str() {
            Some(key) => Str::new(key),
            None => Str::from(text.as_number().map(|n| n.to_text()).unwrap_or_default()),
        };
        Each::Each(key, value)
    });
    elements.collect()
}

fn import_address(
    import: &Import,
    view: &View<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<AbsResourceInstance> {
    let traversal = flatten(&import.to_expr.expr, view, diagnostics)?;
    if diagnostics.has_errors() {
        return None;
    }
    match parse_target(&traversal) {
        Ok(Target::Instance(instance)) => Some(instance),
        Ok(Target::Resource(resource)) => Some(AbsResourceInstance {
            resource,
            key: None,
        }),
        Ok(Target::Module(_)) => None,
        Err(mut diagnostic) => {
            let reason = "must be either a string or an integer";
            let here = "either a string or an integer is required";
            diagnostic.detail = diagnostic.detail.replace(reason, here);
            diagnostics.push(*diagnostic);
            None
        }
    }
}

fn import_id(expr: &Expr, view: &View<'_>, diagnostics: &mut Diagnostics) -> Option<Str> {
    let (value, found) = view.evaluate(expr, &Type::String);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return None;
    }
    let (value, _) = value.unmarked();
    let detail = match value.as_str() {
        Some("") => {
            "The import ID value evaluates to an empty string, please provide a non-empty value."
        }
        Some(id) => return Some(Str::new(id)),
        None if value.is_null() => "The import ID cannot be null.",
        None => {
            "The import block \"id\" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot plan to import this resource."
        }
    };
    diagnostics.push(Diagnostic::error(BAD_ID, detail, expr.span));
    None
}
