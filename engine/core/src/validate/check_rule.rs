//! Conditions and their messages.

use trueup_syntax::{Diagnostic, Diagnostics, Span};
use trueup_value::{Type, Value, convert};

use super::{Findings, Item, ModuleScope, scope::View};
use crate::config::CheckRule;

/// Judges a rule by what it refers to; its types only a plan can judge.
pub(super) fn check_expressions(view: &View<'_>, rule: &CheckRule) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for expr in [rule.condition(), rule.error_message()]
        .into_iter()
        .flatten()
    {
        diagnostics.extend(view.evaluate(expr, &Type::Dynamic).1);
    }
    diagnostics
}

/// Judges a rule that is evaluated already now: both of its expressions, and
/// the types of their results as far as they are known.
pub(super) fn check(view: &View<'_>, rule: &CheckRule) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut condition = None;
    if let Some(expr) = rule.condition() {
        let (value, found) = view.evaluate(expr, &Type::Dynamic);
        diagnostics.extend(found);
        condition = Some((value, expr.span));
    }
    if let Some(expr) = rule.error_message() {
        let (value, found) = view.evaluate(expr, &Type::Dynamic);
        let failed = found.has_errors();
        diagnostics.extend(found);
        if let (Err(error), false) = (convert::convert(value.unmarked().0, &Type::String), failed) {
            diagnostics.push(Diagnostic::error(
                "Invalid error message",
                format!("Unsuitable value for error message: {error}."),
                expr.span,
            ));
        }
    }
    if let Some((value, span)) = condition.filter(|_| !diagnostics.has_errors()) {
        diagnostics.extend(check_result(value.unmarked().0, span));
    }
    diagnostics
}

fn check_result(value: &Value, span: Span) -> Diagnostics {
    const SUMMARY: &str = "Invalid condition result";
    let mut diagnostics = Diagnostics::default();
    if !value.is_known() {
        return diagnostics;
    }
    if value.is_null() {
        let detail = "Condition expression must return either true or false, not null.";
        diagnostics.push(Diagnostic::error(SUMMARY, detail, span));
    } else if let Err(error) = convert::convert(value, &Type::Bool) {
        let detail = format!("Invalid condition result value: {error}.");
        diagnostics.push(Diagnostic::error(SUMMARY, detail, span));
    }
    diagnostics
}

/// Judges the `check` blocks of a module.
pub(super) fn check_checks(scope: &ModuleScope<'_>, findings: &mut Findings) {
    for (index, declared) in scope.module().checks.values().enumerate() {
        let view = scope.view().within_check(Some(&declared.name.name));
        for rule in &declared.asserts {
            findings.add(scope.id, Item::Check(index), check_expressions(&view, rule));
        }
    }
}
