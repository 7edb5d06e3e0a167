//! Preconditions, postconditions and checks.

use std::{cell::RefCell, collections::BTreeMap};

use trueup_lang::Cause;
use trueup_state::snapshot::{CheckObject, CheckResults, CheckStatus};
use trueup_syntax::{Diagnostic, Diagnostics, Severity, ast::Expr};
use trueup_value::{Marks, Type, Value, convert};

use crate::{
    address::ModuleInstance,
    config::{CheckRule, Module},
    evaluate::View,
    load::Config,
    run::ResourceContext,
};

/// What came out of the rules of one object so far.
#[derive(Clone, Debug, Default)]
struct Outcome {
    held: usize,
    failed: usize,
    wrong: usize,
    messages: Vec<String>,
}

/// The kind and address of an object in the configuration.
type ConfigObject = (&'static str, String);

/// What in the configuration has rules: how many, and the objects it became,
/// once that is known.
#[derive(Clone, Debug)]
struct Checkable {
    rules: usize,
    objects: Option<BTreeMap<String, Outcome>>,
}

/// The results of all checks of a run.
#[derive(Debug)]
pub(crate) struct Conditions {
    known: RefCell<BTreeMap<ConfigObject, Checkable>>,
}

/// What is said of an assertion of a check that cannot be judged yet.
const UNKNOWN_ASSERTION: &str = "Check block assertion known after apply";

/// What is said when a condition does not hold.
#[derive(Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) summary: &'static str,
    pub(crate) severity: Severity,
}

impl Conditions {
    /// Everything in a configuration that has rules, nothing judged yet.
    pub(crate) fn new(config: &Config) -> Self {
        let mut known = BTreeMap::new();
        for (_, node) in config.nodes() {
            for (kind, local, rules) in checkable(&node.module) {
                let address = match node.path.is_root() {
                    true => local,
                    false => format!("{}.{local}", node.path),
                };
                let objects = None;
                known.insert((kind, address), Checkable { rules, objects });
            }
        }
        Conditions {
            known: known.into(),
        }
    }

    /// The objects that were there while planning, to be judged again.
    pub(crate) fn again(config: &Config, results: &[CheckResults]) -> Self {
        let conditions = Conditions::new(config);
        let mut known = conditions.known.borrow_mut();
        for ((kind, address), checkable) in known.iter_mut() {
            let planned = results
                .iter()
                .find(|r| r.object_kind == *kind && r.config_addr == *address);
            let objects = planned.and_then(|planned| planned.objects.as_ref());
            checkable.objects = objects.map(|objects| {
                let names = objects.iter().map(|object| object.object_addr.clone());
                names.map(|name| (name, Outcome::default())).collect()
            });
        }
        drop(known);
        conditions
    }

    /// Whether something in the configuration has rules.
    pub(crate) fn has(&self, kind: &'static str, config: &str) -> bool {
        let key = (kind, config.to_owned());
        self.known.borrow().contains_key(&key)
    }

    /// Notes which objects something in the configuration became.
    pub(crate) fn expand(
        &self,
        kind: &'static str,
        config: &str,
        objects: impl Iterator<Item = String>,
    ) {
        let mut known = self.known.borrow_mut();
        if let Some(checkable) = known.get_mut(&(kind, config.to_owned())) {
            let all = checkable.objects.get_or_insert_default();
            // What a check could not read may have been noted already.
            for object in objects {
                all.entry(object).or_default();
            }
        }
    }

    /// Notes what came out of conditions of an object.
    pub(super) fn report(
        &self,
        kind: &'static str,
        config: &str,
        object: &str,
        found: Vec<Verdict>,
    ) {
        let mut known = self.known.borrow_mut();
        let Some(checkable) = known.get_mut(&(kind, config.to_owned())) else {
            return;
        };
        let objects = checkable.objects.get_or_insert_default();
        let outcome = objects.entry(object.to_owned()).or_default();
        for verdict in found {
            match verdict.status {
                CheckStatus::Pass => outcome.held += 1,
                CheckStatus::Fail => outcome.failed += 1,
                CheckStatus::Error => outcome.wrong += 1,
                CheckStatus::Unknown => {}
            }
            outcome.messages.extend(verdict.message);
        }
        outcome.messages.sort();
    }

    /// Notes whether what a check looks at could be read; a message says why
    /// not.
    pub(crate) fn looked_at(
        &self,
        context: &ResourceContext<'_>,
        module: &ModuleInstance,
        message: Option<String>,
    ) {
        let Some(check) = &context.config.check else {
            return;
        };
        let (path, local) = (module.path(), format!("check.{check}"));
        let (config, object) = match path.is_root() {
            true => (local.clone(), local),
            false => (format!("{path}.{local}"), format!("{module}.{local}")),
        };
        let status = match message {
            Some(_) => CheckStatus::Fail,
            None => CheckStatus::Pass,
        };
        let verdict = Verdict { status, message };
        self.report("check", &config, &object, vec![verdict]);
    }

    /// Whether an object failed already.
    pub(super) fn has_failed(&self, kind: &'static str, config: &str, object: &str) -> bool {
        let known = self.known.borrow();
        let checkable = known.get(&(kind, config.to_owned()));
        let outcome = checkable.and_then(|c| c.objects.as_ref()?.get(object));
        outcome.is_some_and(|outcome| outcome.failed > 0)
    }

    /// All results, as plans hold them: of everything in the configuration
    /// that has conditions, judged or not.
    pub(crate) fn results(&self) -> Vec<CheckResults> {
        let known = self.known.borrow();
        let results = known.iter().map(|((kind, config), checkable)| {
            let objects = checkable.objects.as_ref();
            let rules = checkable.rules;
            let each = objects.map(|objects| {
                let each = objects.iter().map(|(address, outcome)| CheckObject {
                    object_addr: address.clone(),
                    status: outcome.status(rules),
                    failure_messages: outcome.messages.clone(),
                });
                each.collect::<Vec<_>>()
            });
            let statuses = each.iter().flatten().map(|object| object.status);
            CheckResults {
                object_kind: (*kind).to_owned(),
                config_addr: config.clone(),
                status: match each.is_some() {
                    true => statuses.fold(CheckStatus::Pass, worst),
                    false => CheckStatus::Unknown,
                },
                objects: each,
            }
        });
        results.collect()
    }
}

impl Outcome {
    fn status(&self, rules: usize) -> CheckStatus {
        if self.wrong > 0 {
            CheckStatus::Error
        } else if self.failed > 0 {
            CheckStatus::Fail
        } else if self.held < rules {
            CheckStatus::Unknown
        } else {
            CheckStatus::Pass
        }
    }
}

/// What in a module has conditions, and how many.
fn checkable(module: &Module) -> Vec<(&'static str, String, usize)> {
    let mut found = Vec::new();
    for (address, resource) in &module.resources {
        let rules = resource.preconditions.len() + resource.postconditions.len();
        found.push(("resource", address.to_string(), rules));
    }
    for (name, output) in &module.outputs {
        let rules = output.preconditions.len();
        found.push(("output", format!("output.{name}"), rules));
    }
    for (name, variable) in &module.variables {
        let rules = variable.validations.len();
        found.push(("var", format!("var.{name}"), rules));
    }
    found.retain(|(_, _, rules)| *rules > 0);
    for (name, check) in &module.checks {
        let rules = check.asserts.len() + usize::from(check.data.is_some());
        found.push(("check", format!("check.{name}"), rules));
    }
    found
}

fn worst(a: CheckStatus, b: CheckStatus) -> CheckStatus {
    let rank = |status| match status {
        CheckStatus::Pass => 0,
        CheckStatus::Unknown => 1,
        CheckStatus::Fail => 2,
        CheckStatus::Error => 3,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// What came out of one rule.
pub(crate) struct Verdict {
    pub(super) status: CheckStatus,
    pub(super) message: Option<String>,
}

/// Judges rules; a failed one is reported as `failure` says, and noted in
/// `conditions`.
pub(crate) fn check_rules(
    view: &View<'_>,
    rules: &[CheckRule],
    failure: Failure,
    conditions: &Conditions,
    object: (&'static str, &str, &str),
) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    if rules.is_empty() {
        return diagnostics;
    }
    let (kind, config, address) = object;
    let verdicts = rules
        .iter()
        .map(|rule| judge(view, rule, failure, address, &mut diagnostics))
        .collect();
    conditions.report(kind, config, address, verdicts);
    diagnostics
}

fn judge(
    view: &View<'_>,
    rule: &CheckRule,
    failure: Failure,
    address: &str,
    diagnostics: &mut Diagnostics,
) -> Verdict {
    let verdict = |status, message| Verdict { status, message };
    let Some(condition) = rule.condition() else {
        return verdict(CheckStatus::Error, None);
    };
    // A message that cannot be made is as bad as a condition that cannot.
    let (message, mut found) = message(view, rule);
    let (value, more) = view.evaluate(condition, &Type::Dynamic);
    found.extend(more);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return verdict(CheckStatus::Error, None);
    }
    let (value, _) = value.unmarked();
    if !value.is_known() {
        if failure.severity == Severity::Warning && failure.summary == ASSERTION {
            let mut diagnostic = Diagnostic::warning(
                UNKNOWN_ASSERTION,
                "The condition could not be evaluated at this time, a result will be known when this plan is applied.",
                condition.span,
            );
            diagnostic.address = Some(address.to_owned());
            diagnostic.values = view.notes(condition, Cause::default());
            diagnostic.counts = true;
            diagnostics.push(diagnostic);
        }
        return verdict(CheckStatus::Unknown, None);
    }
    let invalid = |detail: String| Diagnostic {
        values: view.notes(condition, Cause::default()),
        ..Diagnostic::error("Invalid condition result", detail, condition.span)
    };
    if value.is_null() {
        diagnostics.push(invalid(
            "Condition expression must return either true or false, not null.".to_owned(),
        ));
        return verdict(CheckStatus::Error, None);
    }
    match convert::convert(value, &Type::Bool) {
        Err(error) => {
            diagnostics.push(invalid(format!("Invalid condition result value: {error}.")));
            verdict(CheckStatus::Error, None)
        }
        Ok(value) if value.as_bool() == Some(true) => verdict(CheckStatus::Pass, None),
        Ok(_) => {
            let said = message.as_deref().unwrap_or(NO_MESSAGE);
            let mut diagnostic = Diagnostic::error(failure.summary, said, condition.span);
            diagnostic.severity = failure.severity;
            diagnostic.address = Some(address.to_owned());
            diagnostic.values = view.notes(condition, Cause::default());
            diagnostic.counts = failure.summary == ASSERTION;
            diagnostics.push(diagnostic);
            verdict(CheckStatus::Fail, message)
        }
    }
}

const NO_MESSAGE: &str = "This check failed, but has an invalid error message as described in the other accompanying messages.";

/// What is said when the assertion of a `check` block does not hold.
pub(crate) const ASSERTION: &str = "Check block assertion failed";

/// What is said if the condition does not hold; none if that is not known or
/// not to be shown.
fn message(view: &View<'_>, rule: &CheckRule) -> (Option<String>, Diagnostics) {
    let Some(expr) = rule.error_message() else {
        return (None, Diagnostics::default());
    };
    let (value, mut diagnostics) = view.evaluate(expr, &Type::Dynamic);
    if diagnostics.has_errors() {
        return (None, diagnostics);
    }
    let value = match convert::convert(&value, &Type::String) {
        Ok(value) => value,
        Err(error) => {
            diagnostics.push(unsuitable(&format!("{error}"), expr));
            return (None, diagnostics);
        }
    };
    let (value, marks): (&Value, Marks) = value.unmarked();
    if value.is_null() {
        diagnostics.push(unsuitable("must not be null", expr));
    }
    let hidden = match (
        marks.contains(Marks::SENSITIVE),
        marks.contains(Marks::EPHEMERAL),
    ) {
        _ if !value.is_known() => None,
        (true, _) => Some(("sensitive", SENSITIVE_ADVICE)),
        (_, true) => Some(("ephemeral", EPHEMERAL_ADVICE)),
        _ => None,
    };
    if let Some((kind, advice)) = hidden {
        diagnostics.push(Diagnostic::warning(
            format!("Error message refers to {kind} values"),
            format!("The error expression used to explain this condition refers to {kind} values, so Terraform will not display the resulting message.\n\n{advice}"),
            expr.span,
        ));
        return (None, diagnostics);
    }
    let text = value.as_str().map(|text| text.trim().to_owned());
    (text.filter(|text| !text.is_empty()), diagnostics)
}

const SENSITIVE_ADVICE: &str = "You can correct this by removing references to sensitive values, or by carefully using the nonsensitive() function if the expression will not reveal the sensitive data.";
const EPHEMERAL_ADVICE: &str = "You can correct this by removing references to ephemeral values, or by using the ephemeralasnull() function on the references to not reveal ephemeral data.";

pub(super) fn unsuitable(what: &str, expr: &Expr) -> Diagnostic {
    Diagnostic::error(
        "Invalid error message",
        format!("Unsuitable value for error message: {what}."),
        expr.span,
    )
}
