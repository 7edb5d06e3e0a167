//! One resource instance: refreshed, then planned.

use std::sync::Arc;

use trueup_sdk::Configured;
use trueup_syntax::{
    Diagnostic, Diagnostics, Severity,
    ast::{Expr, ExprKind, Step, StepKind, Traversal},
};
use trueup_value::{Type, Value};

use super::{
    Action, Mode, ResourceChange,
    action::Forced,
    check_rules,
    conditions::Failure,
    jobs::Instance,
    managed::{Planned, Planning, plan_managed},
    own::check_instance,
    read::undecodable,
    walk::{Walk, cannot_be_destroyed},
};
use crate::{
    address::{
        AbsResource, AbsResourceInstance, Resource as Address, ResourceMode, Subject,
        parse_reference,
    },
    diff::value_at,
    evaluate::{ResourceInstances, View},
    run::ResourceContext,
    state::{Attributes, Object},
};

impl Walk<'_> {
    /// Refreshes and plans an instance that the configuration has.
    pub(super) async fn instance(&self, instance: &Instance) -> Diagnostics {
        let context = self.contexts.borrow().get(&instance.item).cloned();
        let Some(context) = context else {
            return Diagnostics::default();
        };
        let Some(instances) = instance.scope.resource(context.index) else {
            return Diagnostics::default();
        };
        let each = instances.keys.at(instance.position);
        let address = AbsResourceInstance {
            resource: AbsResource {
                module: instance.scope.address.clone(),
                resource: context.config.address.clone(),
            },
            key: each.key(),
        };
        if !self.meant(instance.item, &address) {
            let (value, diagnostics) = self.left(&context, &address).await;
            if let Some(value) = value {
                instances.set(instance.position, value);
            }
            return diagnostics;
        }
        let Some(provider) = self.providers.get(&context.key) else {
            let (value, diagnostics) = self.left(&context, &address).await;
            if let Some(value) = value {
                instances.set(instance.position, value);
            }
            return diagnostics;
        };
        if self.options.mode != Mode::Destroy {
            let own = check_instance(&context, &address);
            if own.has_errors() {
                return own;
            }
        }
        let view = self.evaluation.view(&instance.scope).repeated(&each);
        let found = match context.config.address.mode {
            ResourceMode::Managed => {
                self.managed(instance.item, &context, &*provider, &address, view)
                    .await
            }
            ResourceMode::Data => {
                self.data(instance.item, &context, &*provider, &address, view)
                    .await
            }
            ResourceMode::Ephemeral => self.ephemeral(&context, &provider, &address, view).await,
        };
        let (value, diagnostics) = found;
        match value {
            Some(value) => instances.set(instance.position, value),
            None if diagnostics.has_errors() => {}
            None => self.set_absent(&context, instances, instance.position, &address),
        }
        diagnostics
    }

    /// Notes that an instance has no object and gets none.
    fn set_absent(
        &self,
        context: &ResourceContext<'_>,
        instances: &ResourceInstances,
        position: usize,
        address: &AbsResourceInstance,
    ) {
        let ty = context.schema.block.implied_type();
        match self.state.instance(&address.resource, &address.key) {
            Some(stored) if !stored.deposed.is_empty() => {
                instances.set(position, Value::unknown(ty));
            }
            // What an interrupted destruction has taken away already is as if
            // it were made again: Terraform refreshes by a plan before.
            _ if self.options.mode == Mode::Destroy => {
                instances.set(position, Value::unknown(ty));
            }
            // One of many is missing from them; the only one is anything.
            _ if address.key.is_none() => instances.set(position, Value::dynamic()),
            _ => instances.set_absent(position, ty),
        }
    }

    async fn ephemeral(
        &self,
        context: &ResourceContext<'_>,
        provider: &Arc<dyn Configured>,
        address: &AbsResourceInstance,
        view: View<'_>,
    ) -> (Option<Value>, Diagnostics) {
        let name = address.to_string();
        let mut diagnostics = self.conditions(context, &name, view, None);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let opening = self.ephemerals.open(context, provider, view, address);
        let (value, found) = opening.await;
        diagnostics.extend(found);
        if let Some(value) = &value {
            diagnostics.extend(self.conditions(context, &name, view, Some(value)));
        }
        (value, diagnostics)
    }

    pub(super) fn meant(&self, item: u32, address: &AbsResourceInstance) -> bool {
        match &self.doomed {
            Some(doomed) if self.options.mode == Mode::Destroy => doomed.contains(address),
            _ => self.selection.instance(item, address),
        }
    }

    /// What an instance is that the run is not about: as it was left.
    async fn left(
        &self,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
    ) -> (Option<Value>, Diagnostics) {
        let stored = self.state.instance(&address.resource, &address.key);
        let Some(stored) = stored.and_then(|instance| instance.current.as_ref()) else {
            return (None, Diagnostics::default());
        };
        let kind = context.config.address.kind.as_str();
        let decoded = stored.decoded(context.provider, kind, context.schema).await;
        match decoded {
            Ok(object) => {
                let value = object.value().cloned();
                let mut refreshed = self.refreshed.borrow_mut();
                refreshed.set_current(address, &context.provider_address, Some(object));
                (value, Diagnostics::default())
            }
            Err(error) => (None, undecodable(error, &address.to_string())),
        }
    }

    async fn managed(
        &self,
        item: u32,
        context: &ResourceContext<'_>,
        provider: &dyn Configured,
        address: &AbsResourceInstance,
        view: View<'_>,
    ) -> (Option<Value>, Diagnostics) {
        let name = address.to_string();
        let importing = self.imports.borrow().get(address).map(|t| t.id.clone());
        let found = match &importing {
            Some(id) => self.import(context, provider, address, id).await.map(Some),
            None => self.refresh(context, provider, address, &name).await,
        };
        let prior = match found {
            Ok(prior) => prior,
            Err(diagnostics) => return (None, diagnostics),
        };
        let refreshed = self.options.refresh && importing.is_none();
        let prior = prior.map(|prior| self.relate(item, context, address, prior, refreshed));
        if self.options.mode != Mode::Normal {
            return self.only_refreshed(context, &name, view, prior.as_deref());
        }
        let mut diagnostics = Diagnostics::default();
        let forced = self.forced(context, address, view, &mut diagnostics);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        diagnostics.extend(self.conditions(context, &name, view, None));
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let planning = Planning {
            context,
            provider,
            address: &name,
            view,
            prior: prior.as_ref(),
            forced,
            create_before_destroy: self.create_before_destroy[item as usize],
            outdated: self.outdated(context, address),
            shown: None,
        };
        let (planned, found) = plan_managed(&planning).await;
        diagnostics.extend(found);
        let Some(planned) = planned else {
            return (None, diagnostics);
        };
        let managed = context.config.managed.as_ref();
        let protected = managed.is_some_and(|m| m.lifecycle.prevent_destroy == Some(true));
        // It is shown what is refused.
        let refused = protected && planned.action.is_replace();
        diagnostics.extend(match refused {
            true => Diagnostics(vec![cannot_be_destroyed(&name, context)]),
            false => self.conditions(context, &name, view, Some(&planned.after)),
        });
        if planned.action != Action::NoOp {
            self.changed.borrow_mut().insert(item);
        }
        if let (Some(prior), Action::NoOp) = (&prior, planned.action) {
            let outdated = planning.outdated.then_some(&planned.after);
            self.settle(item, context, address, (prior, outdated));
        }
        let value = (!refused).then(|| planned.after.clone());
        self.add_change(context, address, planned);
        self.changing(address, |change| change.importing = importing);
        (value, diagnostics)
    }

    /// Adds to a change that is planned already.
    pub(super) fn changing(
        &self,
        address: &AbsResourceInstance,
        change: impl FnOnce(&mut ResourceChange),
    ) {
        if let Some(planned) = self.changes.borrow_mut().current_mut(address) {
            change(planned);
        }
    }

    /// What is left to do where nothing is planned.
    fn only_refreshed(
        &self,
        context: &ResourceContext<'_>,
        name: &str,
        view: View<'_>,
        object: Option<&Object>,
    ) -> (Option<Value>, Diagnostics) {
        let value = object.and_then(Object::value).cloned();
        if !self.judges() {
            return (value, Diagnostics::default());
        }
        let mut diagnostics = self.conditions(context, name, view, None);
        let own = value.clone();
        let own = own.unwrap_or_else(Value::dynamic);
        diagnostics.extend(self.conditions(context, name, view, Some(&own)));
        (value, diagnostics)
    }

    /// Brings what the state says about order up to date. What an object
    /// depended on counts until it is known to stay as it is.
    fn relate(
        &self,
        item: u32,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        prior: Arc<Object>,
        refreshed: bool,
    ) -> Arc<Object> {
        let create_before_destroy = self.create_before_destroy[item as usize];
        let own = self.dependencies.of(item);
        let mut dependencies = Arc::clone(&prior.dependencies);
        if refreshed && *own != *dependencies {
            let mut both = [&own[..], &dependencies[..]].concat();
            both.sort();
            both.dedup();
            dependencies = both.into();
        }
        let same = prior.create_before_destroy == create_before_destroy;
        if same && *dependencies == *prior.dependencies {
            return prior;
        }
        let object = Arc::new(Object {
            dependencies,
            create_before_destroy,
            ..Object::clone(&prior)
        });
        self.touched.set(true);
        let mut refreshed = self.refreshed.borrow_mut();
        refreshed.set_current(
            address,
            &context.provider_address,
            Some(Arc::clone(&object)),
        );
        object
    }

    /// Whether the state has an object as an older version of the schema wants it.
    fn outdated(&self, context: &ResourceContext<'_>, address: &AbsResourceInstance) -> bool {
        let instance = self.state.instance(&address.resource, &address.key);
        let stored = instance.and_then(|instance| instance.current.as_ref());
        stored.is_some_and(|stored| stored.schema_version < context.schema.version)
    }

    /// Of an object that stays, only what it depends on now counts. One that was
    /// stored under an older version of the schema is stored anew, with what is
    /// sensitive in it now.
    fn settle(
        &self,
        item: u32,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        (prior, anew): (&Arc<Object>, Option<&Value>),
    ) {
        let dependencies = self.dependencies.of(item);
        let anew = anew.filter(|anew| prior.value() != Some(*anew));
        if anew.is_none() && *dependencies == *prior.dependencies {
            return;
        }
        let attributes = match anew {
            Some(anew) => Attributes::Known(anew.clone()),
            None => prior.attributes.clone(),
        };
        if anew.is_some() {
            self.touched.set(true);
        }
        let object = Arc::new(Object {
            attributes,
            dependencies,
            ..Object::clone(prior)
        });
        let mut refreshed = self.refreshed.borrow_mut();
        refreshed.set_current(address, &context.provider_address, Some(object));
    }

    pub(super) fn add_change(
        &self,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        planned: Planned,
    ) {
        if !planned.facts.is_empty() {
            let mut facts = self.facts.borrow_mut();
            facts.insert(address.clone(), planned.facts);
        }
        let change = ResourceChange {
            address: address.clone(),
            previous_address: self.previous(address),
            deposed: None,
            provider: Arc::clone(&context.provider_address),
            action: planned.action,
            reason: planned.reason,
            before: planned.before,
            after: planned.after,
            parts: planned.parts,
            changed_by: Vec::new(),
            replace_paths: planned.replace_paths,
            importing: None,
            generated_config: None,
            private: planned.private,
        };
        self.changes.borrow_mut().add(change);
    }

    /// Whether conditions are judged at all: a destruction looks at them only
    /// while it reads everything again.
    pub(super) fn judges(&self) -> bool {
        self.options.mode != Mode::Destroy
            || (self.options.refresh && !self.state.resources.is_empty())
    }

    /// Judges the preconditions, or with an object the postconditions.
    pub(super) fn conditions(
        &self,
        context: &ResourceContext<'_>,
        name: &str,
        view: View<'_>,
        own: Option<&Value>,
    ) -> Diagnostics {
        let (rules, summary) = match own {
            None => (
                &context.config.preconditions,
                "Resource precondition failed",
            ),
            Some(_) => (
                &context.config.postconditions,
                "Resource postcondition failed",
            ),
        };
        if rules.is_empty() {
            return Diagnostics::default();
        }
        let failure = Failure {
            summary,
            severity: match self.options.mode {
                Mode::Normal => Severity::Error,
                Mode::Destroy | Mode::RefreshOnly => Severity::Warning,
            },
        };
        let path = &self.stack.config.node(context.node).path;
        let config = match path.is_root() {
            true => context.config.address.to_string(),
            false => format!("{path}.{}", context.config.address),
        };
        let view = own.map_or(view, |own| view.with_self(own));
        check_rules(
            &view,
            rules,
            failure,
            &self.conditions,
            ("resource", &config, name),
        )
    }

    /// Whether the object is to be replaced whatever the difference is.
    fn forced(
        &self,
        context: &ResourceContext<'_>,
        address: &AbsResourceInstance,
        view: View<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Forced> {
        let managed = context.config.managed.as_ref()?;
        // What triggers a replacement counts as its reason before a request.
        for expr in &managed.lifecycle.replace_triggered_by {
            let Some(traversal) = flatten(expr, &view, diagnostics) else {
                continue;
            };
            match self.triggers(&address.resource, &traversal) {
                Some(true) => return Some(Forced::ByTriggers),
                Some(false) => {}
                None => diagnostics.push(nothing_triggers(&address.resource, &traversal, expr)),
            }
        }
        let requested = self.options.replace.contains(address);
        requested.then_some(Forced::ByRequest)
    }

    /// Whether what a reference leads to changes; none if it leads to nothing
    /// that is planned.
    fn triggers(&self, resource: &AbsResource, traversal: &Traversal) -> Option<bool> {
        let reference = parse_reference(traversal).ok()?;
        let of = |address: &Address| AbsResource {
            module: resource.module.clone(),
            resource: address.clone(),
        };
        let changes = self.changes.borrow();
        match &reference.subject {
            Subject::Resource(address) => {
                let wanted = of(address);
                let mut counted = changes.of(&wanted).map(counts).peekable();
                // What is destroyed is planned later.
                let known = counted.peek().is_some()
                    || self.state.resources.contains_key(&wanted)
                    || !self.options.excludes.is_empty();
                known.then(|| counted.any(|counts| counts))
            }
            Subject::ResourceInstance(address, key) => {
                let instance = AbsResourceInstance {
                    resource: of(address),
                    key: key.clone(),
                };
                let stored = self.state.instance(&instance.resource, &instance.key);
                let stored = stored.is_some_and(|stored| stored.current.is_some());
                match changes.current(&instance) {
                    Some(change) => Some(touches(change, reference.remaining)),
                    None if !self.options.excludes.is_empty() => Some(false),
                    None => stored.then_some(false),
                }
            }
            _ => Some(false),
        }
    }
}

fn nothing_triggers(resource: &AbsResource, traversal: &Traversal, expr: &Expr) -> Diagnostic {
    let subject = parse_reference(traversal).map(|reference| reference.subject.to_string());
    let module = match resource.module.0.is_empty() {
        true => "the root module".to_owned(),
        false => resource.module.to_string(),
    };
    let subject = subject.unwrap_or_default();
    let summary = format!("no change found for {subject} in {module}");
    Diagnostic::error(summary, "", expr.span)
}

/// That a key stands for a repetition that there is not, if that is so.
fn unrepeated(key: &Expr) -> Option<Diagnostic> {
    let ExprKind::Traversal(traversal) = &key.kind else {
        return None;
    };
    let (summary, detail) = match parse_reference(traversal).ok()?.subject {
        Subject::Count(_) => (
            "Reference to \"count\" in non-counted context",
            "The \"count\" object can only be used in \"resource\" blocks when the \"count\" argument is set.",
        ),
        Subject::Each(_) => (
            "Reference to \"each\" in context without for_each",
            "The \"each\" object can be used only in \"resource\" blocks when the \"for_each\" argument is set.",
        ),
        _ => return None,
    };
    Some(Diagnostic::error(summary, detail, key.span))
}

/// Whether a change is one of the attribute that `remaining` leads to.
fn touches(change: &ResourceChange, remaining: &[Step]) -> bool {
    if !counts(change) {
        return false;
    }
    if remaining.is_empty() {
        return true;
    }
    let path = crate::diff::steps_path(remaining);
    let after = value_at(&change.after, &path);
    let unknown = after.as_ref().is_some_and(|value| !value.is_wholly_known());
    // Becoming sensitive is a change, too.
    unknown || value_at(&change.before, &path) != after
}

/// Whether a change is one of an object that there is before and after.
fn counts(change: &ResourceChange) -> bool {
    change.action == Action::Update || change.action.is_replace()
}

/// A reference as a traversal, its index expressions evaluated.
pub(super) fn flatten(
    expr: &Expr,
    view: &View<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Traversal> {
    match &expr.kind {
        ExprKind::Traversal(traversal) => Some(traversal.clone()),
        ExprKind::RelativeTraversal(inner, steps) => {
            let mut traversal = flatten(inner, view, diagnostics)?;
            traversal.steps.extend(steps.iter().cloned());
            Some(traversal)
        }
        ExprKind::Index(collection, key) => {
            let mut traversal = flatten(collection, view, diagnostics)?;
            let (value, found) = view.evaluate(key, &Type::Dynamic);
            if found.has_errors() {
                diagnostics.extend(unrepeated(key).map_or(found, |d| Diagnostics(vec![d])));
                return None;
            }
            diagnostics.extend(found);
            traversal.steps.push(Step {
                kind: StepKind::Index(value.unmarked().0.clone()),
                span: key.span,
            });
            Some(traversal)
        }
        _ => None,
    }
}
