//! Creating, updating and reading.

use std::{rc::Rc, sync::Arc};

use trueup_sdk::{ApplyRequest, ApplyResponse, Configured};
use trueup_state::journal::{self, Intent, Outcome};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Marks, Path, PathStep, Str, Type, Value};

use super::{
    provision::Provisioning,
    walk::{Walk, deposed_key},
};
use crate::{
    address::ResourceMode,
    config::When,
    diff::{check_applied, mark_sensitive},
    evaluate::View,
    plan::{
        Action, DataOutcome, Failure, Planned, Planning, ResourceChange, check_rules, plan_managed,
        read_data, request,
    },
    progress::ObjectRef,
    run::ResourceContext,
    state::{Attributes, Object, encode_object, sensitive_attributes},
};

/// A change about to be made, and what it needs.
struct Making<'a> {
    walk: &'a Walk<'a>,
    change: &'a ResourceChange,
    context: &'a ResourceContext<'a>,
    provider: &'a dyn Configured,
    item: u32,
    name: &'a str,
    view: View<'a>,
}

/// What a provider is asked to make.
struct Asked<'a> {
    kind: &'a str,
    /// The object there is, if there is one.
    prior: Option<&'a Arc<Object>>,
    /// The same as the provider sees it.
    before: Option<trueup_sdk::Object>,
    planned: &'a Planned,
    /// What is planned, as the provider sees it.
    wanted: Value,
    /// What of it is sensitive.
    marks: Vec<(Path, Marks)>,
    identity: Option<String>,
}

impl<'a> Asked<'a> {
    fn of(making: &Making<'a>, prior: Option<&'a Arc<Object>>, planned: &'a Planned) -> Self {
        let kind = making.context.config.address.kind.as_str();
        let (wanted, marks) = planned.after.unmark_deep_with_paths();
        Asked {
            kind,
            prior,
            before: prior.and_then(|prior| Some(request(prior.value()?, &prior.private))),
            planned,
            identity: making.provider.identify(kind, &wanted),
            wanted,
            marks,
        }
    }

    async fn answer(&self, provider: &dyn Configured) -> ApplyResponse {
        let same = |before: &&trueup_sdk::Object| before.value == self.wanted;
        if let Some(before) = self.before.as_ref().filter(same) {
            // Nothing the provider could see has changed.
            return ApplyResponse {
                object: Some(before.clone()),
                ..ApplyResponse::default()
            };
        }
        let request = ApplyRequest {
            kind: self.kind,
            prior: self.before.as_ref(),
            planned: Some(&self.wanted),
            config: Some(&self.planned.written),
            settled: Some(&self.planned.config),
            private: &self.planned.private,
            identity: self.identity.as_deref(),
        };
        provider.apply(request).await
    }

    /// What is sensitive in the object there is then. One that stays as it was
    /// keeps what was sensitive in it.
    fn marks_of(&self, response: &ApplyResponse) -> Vec<(Path, Marks)> {
        let kept = self.prior.filter(|_| response.object.is_none());
        match kept.and_then(|kept| kept.value()) {
            Some(kept) => kept.unmark_deep_with_paths().1,
            None => self.marks.clone(),
        }
    }
}

impl Walk<'_> {
    /// Creates, updates or reads.
    pub(super) async fn make(&self, index: usize) -> Diagnostics {
        let (Some(change), Some(Some(item))) =
            (self.plan.changes.get(index), self.items.get(index))
        else {
            return Diagnostics::default();
        };
        let Some(context) = self.contexts.get(item).map(Rc::clone) else {
            return Diagnostics::default();
        };
        let name = change.address.to_string();
        let place = self
            .scope(&change.address.resource.module)
            .and_then(|scope| {
                let instances = scope.resource(context.index)?;
                let at = instances.keys.position(change.address.key.as_ref())?;
                let each = instances.keys.at(at);
                Some((Rc::clone(&scope), at, each))
            });
        let (Some((scope, at, each)), Some(provider)) = (place, self.providers.get(&context.key))
        else {
            return Diagnostics::default();
        };
        let making = Making {
            walk: self,
            change,
            context: &context,
            provider: &*provider,
            item: *item,
            name: &name,
            view: self.evaluation.view(&scope).repeated(&each),
        };
        let mut diagnostics = Diagnostics::default();
        let value = match context.config.address.mode {
            ResourceMode::Managed => making.managed(&mut diagnostics).await,
            _ => making.data(&mut diagnostics).await,
        };
        if let (Some(value), Some(instances)) = (value, scope.resource(context.index)) {
            diagnostics.extend(making.conditions(Some(&value)));
            instances.set(at, value);
        }
        diagnostics
    }
}

impl Making<'_> {
    async fn data(&self, diagnostics: &mut Diagnostics) -> Option<Value> {
        diagnostics.extend(self.conditions(None));
        if diagnostics.has_errors() {
            return None;
        }
        let (outcome, found) = read_data(
            self.context,
            self.provider,
            self.view,
            &self.change.address,
            false,
            self.walk.watch,
        )
        .await;
        diagnostics.extend(found);
        let object = match outcome {
            Some(DataOutcome::Read(object)) => object,
            // The state keeps what a plan that could read it has found.
            Some(DataOutcome::Failed(_, message)) => {
                let module = &self.change.address.resource.module;
                let conditions = &self.walk.conditions;
                conditions.looked_at(self.context, module, Some(message));
                return None;
            }
            Some(DataOutcome::Later(..)) | None => return None,
        };
        let module = &self.change.address.resource.module;
        self.walk.conditions.looked_at(self.context, module, None);
        let value = object.value().cloned();
        let object = Arc::new(Object {
            dependencies: Arc::new([]),
            ..Object::clone(&object)
        });
        let mut state = self.walk.state.borrow_mut();
        state.set_current(&self.change.address, &self.change.provider, Some(object));
        value
    }

    async fn managed(&self, diagnostics: &mut Diagnostics) -> Option<Value> {
        // Whatever comes of its replacement, the old object makes room.
        let deposed = self.depose();
        diagnostics.extend(self.conditions(None));
        if diagnostics.has_errors() {
            return None;
        }
        let prior = match self.change.action {
            Action::Update => self.current(),
            _ => None,
        };
        let planning = Planning {
            context: self.context,
            provider: self.provider,
            address: self.name,
            view: self.view,
            prior: prior.as_ref(),
            forced: None,
            create_before_destroy: false,
            outdated: false,
            shown: Some(&self.change.private),
        };
        let (planned, found) = plan_managed(&planning).await;
        diagnostics.extend(found);
        let planned = planned?;
        self.check_planned(&planned, diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        if planned.action == Action::NoOp {
            return Some(planned.after);
        }
        self.act(prior, planned, deposed, diagnostics).await
    }

    fn current(&self) -> Option<Arc<Object>> {
        let state = self.walk.state.borrow();
        let address = &self.change.address;
        let instance = state.instance(&address.resource, &address.key)?;
        instance.current.clone()
    }

    /// Whether the final plan is the one that was shown: known values stay,
    /// only unknown ones became known.
    fn check_planned(&self, planned: &Planned, diagnostics: &mut Diagnostics) {
        let was = match self.change.action {
            Action::Update => Action::Update,
            _ => Action::Create,
        };
        let same =
            planned.action == was || (was == Action::Update && planned.action == Action::NoOp);
        if !same {
            let message = format!(
                "changed the planned action from {was:?} to {:?}",
                planned.action
            );
            return self.inconsistent_plan(&message, diagnostics);
        }
        let (shown, now) = (&self.change.after, &planned.after);
        for (path, message) in check_applied(&self.context.schema.block, shown, now) {
            let message = format!("produced an invalid new value for {}", at(&path, &message));
            self.inconsistent_plan(&message, diagnostics);
        }
    }

    fn inconsistent_plan(&self, message: &str, diagnostics: &mut Diagnostics) {
        let provider = &self.context.key.source;
        let name = self.name;
        diagnostics.push(self.error(
            "Provider produced inconsistent final plan",
            format!(
                "When expanding the plan for {name} to include new values learned so far during apply, provider \"{provider}\" {message}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker."
            ),
        ));
    }

    fn error(&self, summary: &str, detail: String) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(summary, detail, self.context.config.span);
        diagnostic.address = Some(self.name.to_owned());
        diagnostic
    }

    async fn act(
        &self,
        prior: Option<Arc<Object>>,
        planned: Planned,
        deposed: Option<Str>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Value> {
        let asked = Asked::of(self, prior.as_ref(), &planned);
        let intent = self.intent(&asked, deposed.as_ref());
        let traces = !self.provider.lives_in_state(asked.kind);
        let sequence = match self.walk.ledger.intent(intent, traces).await {
            Ok(sequence) => sequence,
            Err(error) => {
                self.restore(deposed.as_ref());
                diagnostics.push(self.error("Action not recorded", format!("{error}.")));
                return None;
            }
        };
        let subject = ObjectRef::current(&self.change.address);
        let observer = self.walk.watch.observer;
        let null = Value::null(Type::Dynamic);
        let known = prior.as_ref().and_then(|prior| prior.value());
        let action = match prior {
            Some(_) => Action::Update,
            None => Action::Create,
        };
        observer.apply_started(subject, action, known.unwrap_or(&null));
        let response = asked.answer(self.provider).await;
        let (object, provisioned) = self.made(asked, response, diagnostics);
        self.store(sequence, object.clone(), deposed, diagnostics);
        if let Some(object) = object.as_ref().filter(|_| provisioned) {
            self.provision(sequence, object, diagnostics).await;
        }
        let value = object.as_ref().and_then(|object| object.value()).cloned();
        let value = value.filter(|_| !diagnostics.has_errors());
        observer.apply_finished(subject, action, value.as_ref());
        if diagnostics.has_errors() {
            self.judge_left(diagnostics);
        }
        value
    }

    /// What is written down before anything is done.
    fn intent(&self, asked: &Asked<'_>, deposed: Option<&Str>) -> Intent {
        let action = match asked.prior {
            Some(_) => journal::Action::Update,
            None => journal::Action::Create,
        };
        let mut intent = Intent::new(action, self.name, &self.change.provider);
        intent.identity.clone_from(&asked.identity);
        intent.unfinished = asked.prior.is_none() && self.has_provisioners();
        intent.deposes = deposed.map(Str::to_string);
        intent.sensitive = sensitive_attributes(&asked.planned.after);
        intent
    }

    /// The object there is afterwards, and whether its provisioners are to run.
    fn made(
        &self,
        asked: Asked<'_>,
        response: ApplyResponse,
        diagnostics: &mut Diagnostics,
    ) -> (Option<Arc<Object>>, bool) {
        let new = asked.prior.is_none();
        let usable = response.usable;
        let mut problems = response.problems.iter();
        let failed = problems.any(|p| p.severity == trueup_sdk::ProblemSeverity::Error);
        let marks = asked.marks_of(&response);
        let object = self.judge(asked.planned, response, asked.before, diagnostics);
        let failed = failed || diagnostics.has_errors();
        let provisioned = new && !failed && self.has_provisioners();
        let object = object.map(|(value, private)| {
            let value = value.mark_with_paths(&marks);
            Arc::new(Object {
                attributes: Attributes::Known(mark_sensitive(&self.context.schema.block, &value)),
                // Until its provisioners have run an object is not complete.
                tainted: (failed && new && !usable) || provisioned,
                private,
                dependencies: self.walk.dependencies.of(self.item),
                create_before_destroy: self.walk.create_before_destroy[self.item as usize],
                schema_version: self.context.schema.version,
            })
        });
        (object, provisioned)
    }

    /// Judges what a failed action has left.
    fn judge_left(&self, diagnostics: &mut Diagnostics) {
        let left = self.current();
        let value = left.as_ref().and_then(|left| left.value()).cloned();
        let ty = self.context.schema.block.implied_type();
        let value = value.unwrap_or_else(|| Value::unknown(ty));
        diagnostics.extend(self.conditions(Some(&value)));
    }

    fn has_provisioners(&self) -> bool {
        let managed = self.context.config.managed.as_ref();
        let mut provisioners = managed.into_iter().flat_map(|m| &m.provisioners);
        provisioners.any(|provisioner| provisioner.when == When::Create)
    }

    /// Runs what is to be run after creating; if all goes well the object is
    /// no longer tainted.
    async fn provision(
        &self,
        sequence: journal::Sequence,
        object: &Arc<Object>,
        diagnostics: &mut Diagnostics,
    ) {
        let (Some(managed), Some(value)) = (&self.context.config.managed, object.value()) else {
            return;
        };
        if let Err(error) = self.walk.ledger.settled().await {
            diagnostics.push(self.error("Action not recorded", format!("{error}.")));
            return;
        }
        let provisioning = Provisioning {
            processes: self.walk.stack.schemas.processes(),
            watch: self.walk.watch,
            subject: ObjectRef::current(&self.change.address),
            view: self.view.with_self(value),
            address: self.name,
        };
        let found = provisioning.run(&managed.provisioners, When::Create).await;
        diagnostics.extend(found);
        if !diagnostics.has_errors() {
            let complete = Object {
                tainted: false,
                ..Object::clone(object)
            };
            self.store(sequence, Some(Arc::new(complete)), None, diagnostics);
        }
    }

    /// Puts the old object aside if its replacement is created first; returns
    /// its key.
    fn depose(&self) -> Option<Str> {
        let first = self.change.action == Action::CreateThenDelete;
        let key = first.then(|| deposed_key(&self.walk.state.borrow(), self.name))?;
        let mut state = self.walk.state.borrow_mut();
        state.change(&self.change.address, &self.change.provider, |instance| {
            if let Some(object) = instance.current.take() {
                instance.deposed.insert(key.clone(), object);
            }
        });
        Some(key)
    }

    /// Makes the old object the current one again, where nothing was done.
    fn restore(&self, deposed: Option<&Str>) {
        let Some(key) = deposed else {
            return;
        };
        let mut state = self.walk.state.borrow_mut();
        state.change(&self.change.address, &self.change.provider, |instance| {
            if let Some(object) = instance.deposed.remove(key) {
                instance.current = Some(object);
            }
        });
    }

    /// Holds what the provider answered against what was planned.
    fn judge(
        &self,
        planned: &Planned,
        response: ApplyResponse,
        prior: Option<trueup_sdk::Object>,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Value, Vec<u8>)> {
        let before = diagnostics.0.len();
        self.context
            .report(response.problems, self.name, diagnostics);
        let failed = diagnostics.0[before..]
            .iter()
            .any(|d| d.severity == Severity::Error);
        let name = self.name;
        let provider = quoted(&self.change.provider);
        const BUG: &str = "This is a bug in the provider, which should be reported in the provider's own issue tracker.";
        let Some(object) = response.object else {
            if !failed {
                diagnostics.push(self.error(
                    "Provider produced inconsistent result after apply",
                    format!("When applying changes to {name}, provider {provider} produced an unexpected new value: Root object was present, but now absent.\n\n{BUG}"),
                ));
            }
            return prior.map(|prior| (prior.value, prior.private));
        };
        let value = object.value;
        if !value.is_wholly_known() {
            let mut paths = Vec::new();
            unknown_paths(&value, &mut Path::new(), &mut paths);
            for path in paths {
                diagnostics.push(self.error(
                    "Provider returned invalid result object after apply",
                    format!("After the apply operation, the provider still indicated an unknown value for {name}{path}. All values must be known after apply, so this is always a bug in the provider and should be reported in the provider's own repository. Terraform will still save the other known object values in the state."),
                ));
            }
            return Some((without_unknown(&value), object.private));
        }
        if !failed && !response.legacy {
            for (path, message) in check_applied(&self.context.schema.block, &planned.after, &value)
            {
                diagnostics.push(self.error(
                    "Provider produced inconsistent result after apply",
                    format!("When applying changes to {name}, provider {provider} produced an unexpected new value: {}.\n\n{BUG}", at(&path, &message)),
                ));
            }
        }
        Some((value, object.private))
    }

    fn store(
        &self,
        sequence: journal::Sequence,
        object: Option<Arc<Object>>,
        deposed: Option<Str>,
        diagnostics: &mut Diagnostics,
    ) {
        let address = &self.change.address;
        let ty = self.context.schema.block.implied_type();
        let encoded = object
            .as_ref()
            .map(|o| encode_object(o, address.key.as_ref(), "", &ty));
        // Without an outcome a recovery asks the provider; it must not read
        // that there is no object.
        match encoded.transpose() {
            Ok(object) => {
                let error = diagnostics.0.iter().find(|d| d.severity == Severity::Error);
                self.walk.ledger.outcome(Outcome {
                    sequence,
                    object,
                    error: error.map(|diagnostic| diagnostic.summary.clone()),
                });
            }
            Err(error) => {
                diagnostics.push(self.error("Object cannot be stored", format!("{error}.")));
            }
        }
        let mut state = self.walk.state.borrow_mut();
        state.change(address, &self.change.provider, |instance| {
            instance.current = object;
            // Where nothing was created the old object stays the current one.
            if let (None, Some(key)) = (&instance.current, &deposed) {
                instance.current = instance.deposed.remove(key);
            }
        });
    }

    fn conditions(&self, own: Option<&Value>) -> Diagnostics {
        self.walk
            .conditions(self.context, self.name, self.view, own)
    }
}

impl Walk<'_> {
    /// Judges the conditions of an instance that stays as it is: what they
    /// refer to may be known only now.
    pub(super) fn judge_kept(
        &self,
        context: &ResourceContext<'_>,
        name: &str,
        view: View<'_>,
        own: &Value,
    ) -> Diagnostics {
        let mut found = self.conditions(context, name, view, None);
        if !found.has_errors() {
            found.extend(self.conditions(context, name, view, Some(own)));
        }
        found
    }

    fn conditions(
        &self,
        context: &ResourceContext<'_>,
        name: &str,
        view: View<'_>,
        own: Option<&Value>,
    ) -> Diagnostics {
        let config = context.config;
        let (rules, summary) = match own {
            None => (&config.preconditions, "Resource precondition failed"),
            Some(_) => (&config.postconditions, "Resource postcondition failed"),
        };
        if rules.is_empty() {
            return Diagnostics::default();
        }
        let failure = Failure {
            summary,
            severity: Severity::Error,
        };
        let path = &self.stack.config.node(context.node).path;
        let address = match path.is_root() {
            true => config.address.to_string(),
            false => format!("{path}.{}", config.address),
        };
        let view = own.map_or(view, |own| view.with_self(own));
        let object = ("resource", address.as_str(), name);
        check_rules(&view, rules, failure, &self.conditions, object)
    }
}

/// As Go quotes strings.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn unknown_paths(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    if !value.is_known() {
        return found.push(path.clone());
    }
    let attributes = matches!(value, Value::Object(_));
    for (key, value) in value.elements() {
        path.push(match key.as_str() {
            Some(name) if attributes => PathStep::Attr(Str::new(name)),
            _ => PathStep::Index(key),
        });
        unknown_paths(&value, path, found);
        path.pop();
    }
}

/// A message with the place it is about.
fn at(path: &Path, message: &str) -> String {
    match path.steps().is_empty() {
        true => message.to_owned(),
        false => format!("{path}: {message}"),
    }
}

/// Null where a value is unknown.
pub(crate) fn without_unknown(value: &Value) -> Value {
    match value {
        Value::Unknown(unknown) => Value::null(unknown.ty().clone()),
        other => other.map_values(&mut |_, value| without_unknown(value)),
    }
}
