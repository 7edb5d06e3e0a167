//! Conditions and their messages.

use trueup_lang::{Scope, evaluate, references};
use trueup_syntax::{Diagnostic, Diagnostics, ast::Expr};
use trueup_value::{Type, convert};

use super::{Findings, Item, ModuleScope, scope::View};
use crate::config::CheckRule;

/// Judges a rule: what it refers to, and the types of both expressions.
pub(super) fn check(view: &View<'_>, rule: &CheckRule) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    if let Some(condition) = rule.condition() {
        check_part(
            view,
            condition,
            &Type::Bool,
            "Invalid condition result",
            "Invalid condition result value",
            &mut diagnostics,
        );
    }
    if let Some(message) = rule.error_message() {
        check_part(
            view,
            message,
            &Type::String,
            "Invalid error message",
            "Unsuitable value for error message",
            &mut diagnostics,
        );
    }
    diagnostics
}

fn check_part(
    view: &View<'_>,
    expr: &Expr,
    wanted: &Type,
    summary: &str,
    unsuitable: &str,
    diagnostics: &mut Diagnostics,
) {
    let found = view.check_references(references(expr));
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return;
    }
    let (value, found) = evaluate(expr, &Scope::new(view, view.scope.environment.functions));
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return;
    }
    let (bare, _) = value.unmarked();
    if let Err(error) = convert::convert(bare, wanted) {
        let detail = format!("{unsuitable}: {error}.");
        diagnostics.push(Diagnostic::error(summary, detail, expr.span));
    }
}

/// Judges the `check` blocks of a module.
pub(super) fn check_checks(scope: &ModuleScope<'_>, findings: &mut Findings) {
    for (index, declared) in scope.module().checks.values().enumerate() {
        let view = scope.view().within_check(Some(&declared.name.name));
        for rule in &declared.asserts {
            findings.add(scope.id, Item::Check(index), check(&view, rule));
        }
    }
}
