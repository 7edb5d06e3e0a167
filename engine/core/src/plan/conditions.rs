//! Preconditions, postconditions and checks.

use std::{cell::RefCell, collections::BTreeMap};

use trueup_state::snapshot::{CheckObject, CheckResults, CheckStatus};
use trueup_syntax::{Diagnostic, Diagnostics, Severity};
use trueup_value::{Marks, Type, Value, convert};

use crate::{
    config::{CheckRule, Module},
    evaluate::View,
    load::Config,
};

/// The kinds of object that have conditions.
const KINDS: [&str; 4] = ["resource", "output_value", "check", "var"];

/// What came out of the checks of one object.
#[derive(Clone, Debug)]
struct Outcome {
    status: CheckStatus,
    messages: Vec<String>,
}

/// The kind and address of an object in the configuration.
type ConfigObject = (&'static str, String);

/// The results of all checks of a run.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    objects: RefCell<BTreeMap<ConfigObject, BTreeMap<String, Outcome>>>,
}

/// What is said when a condition does not hold.
#[derive(Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) summary: &'static str,
    pub(crate) severity: Severity,
}

impl Conditions {
    /// What held while planning and need not be judged again.
    pub(crate) fn passed(results: &[CheckResults]) -> Self {
        let conditions = Conditions::default();
        for result in results {
            let Some(kind) = KINDS.iter().find(|kind| **kind == result.object_kind) else {
                continue;
            };
            let objects = result.objects.iter().flatten();
            for object in objects.filter(|object| object.status == CheckStatus::Pass) {
                conditions.report(kind, &result.config_addr, &object.object_addr, Vec::new());
            }
        }
        conditions
    }

    /// Notes what came out of conditions of an object.
    fn report(&self, kind: &'static str, config: &str, object: &str, found: Vec<Verdict>) {
        let mut objects = self.objects.borrow_mut();
        let of_config = objects.entry((kind, config.to_owned())).or_default();
        let outcome = of_config.entry(object.to_owned()).or_insert(Outcome {
            status: CheckStatus::Pass,
            messages: Vec::new(),
        });
        if outcome.status == CheckStatus::Unknown {
            outcome.status = CheckStatus::Pass;
        }
        for verdict in found {
            outcome.status = worst(outcome.status, verdict.status);
            outcome.messages.extend(verdict.message);
        }
    }

    /// All results, as states and plans hold them: of everything in the
    /// configuration that has conditions, judged or not.
    pub(crate) fn results(&self, config: &Config) -> Vec<CheckResults> {
        let mut objects = self.objects.borrow().clone();
        for (_, node) in config.nodes() {
            for (kind, local) in checkable(&node.module) {
                let address = match node.path.is_root() {
                    true => local,
                    false => format!("{}.{local}", node.path),
                };
                objects.entry((kind, address)).or_default();
            }
        }
        let results = objects
            .into_iter()
            .map(|((kind, config), objects)| CheckResults {
                object_kind: kind.to_owned(),
                config_addr: config,
                status: objects
                    .values()
                    .fold(CheckStatus::Pass, |all, one| worst(all, one.status)),
                objects: (!objects.is_empty()).then(|| objects.into_iter().map(result).collect()),
            });
        results.collect()
    }
}

fn result((address, outcome): (String, Outcome)) -> CheckObject {
    CheckObject {
        object_addr: address,
        status: outcome.status,
        failure_messages: outcome.messages,
    }
}

/// What in a module has conditions.
fn checkable(module: &Module) -> Vec<ConfigObject> {
    let mut found = Vec::new();
    for (address, resource) in &module.resources {
        if !resource.preconditions.is_empty() || !resource.postconditions.is_empty() {
            found.push(("resource", address.to_string()));
        }
    }
    for (name, output) in &module.outputs {
        if !output.preconditions.is_empty() {
            found.push(("output_value", format!("output.{name}")));
        }
    }
    for (name, variable) in &module.variables {
        if !variable.validations.is_empty() {
            found.push(("var", format!("var.{name}")));
        }
    }
    let checks = module.checks.keys();
    found.extend(checks.map(|name| ("check", format!("check.{name}"))));
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

struct Verdict {
    status: CheckStatus,
    message: Option<String>,
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
    let (value, found) = view.evaluate(condition, &Type::Dynamic);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return verdict(CheckStatus::Error, None);
    }
    let (value, _) = value.unmarked();
    if !value.is_known() {
        return verdict(CheckStatus::Unknown, None);
    }
    let invalid =
        |detail: String| Diagnostic::error("Invalid condition result", detail, condition.span);
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
            let message = message(view, rule, diagnostics);
            let mut diagnostic =
                Diagnostic::error(failure.summary, message.clone(), condition.span);
            diagnostic.severity = failure.severity;
            diagnostic.address = Some(address.to_owned());
            diagnostics.push(diagnostic);
            verdict(CheckStatus::Fail, Some(message))
        }
    }
}

fn message(view: &View<'_>, rule: &CheckRule, diagnostics: &mut Diagnostics) -> String {
    const NONE: &str = "This check failed, but has an invalid error message as described in the other accompanying messages.";
    let Some(expr) = rule.error_message() else {
        return NONE.to_owned();
    };
    let (value, found) = view.evaluate(expr, &Type::String);
    diagnostics.extend(found);
    let (value, marks): (&Value, Marks) = value.unmarked();
    if marks.contains(Marks::SENSITIVE) {
        diagnostics.push(Diagnostic::warning(
            "Error message refers to sensitive values",
            "The error expression used to explain this condition refers to sensitive values, so Terraform will not display the resulting message.\n\nYou can correct this by removing references to sensitive values, or by carefully using the nonsensitive() function if the expression will not reveal the sensitive data.",
            expr.span,
        ));
        return "The error message included a sensitive value, so it will not be displayed."
            .to_owned();
    }
    value
        .as_str()
        .map_or_else(|| NONE.to_owned(), |text| text.trim().to_owned())
}
