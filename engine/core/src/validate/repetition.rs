//! `count` and `for_each`.

use trueup_lang::Cause;
use trueup_syntax::{Diagnostic, Diagnostics, ast::Expr};
use trueup_value::{Marks, Number, Type, Value};

use super::scope::View;
use crate::evaluate::set_hint;

/// Whether the value of `count` may be one.
pub(super) fn check_count(view: &View<'_>, expr: &Expr) -> Diagnostics {
    const SUMMARY: &str = "Invalid count argument";
    let (value, mut diagnostics) = view.evaluate(expr, &Type::Number);
    if diagnostics.has_errors() {
        return diagnostics;
    }
    let (value, marks) = value.unmarked();
    let detail = if marks.contains(Marks::EPHEMERAL) {
        Some("The given \"count\" is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.".to_owned())
    } else if value.is_null() {
        Some("The given \"count\" argument value is null. An integer is required.".to_owned())
    } else {
        value.as_number().and_then(unsuitable)
    };
    if let Some(detail) = detail {
        diagnostics.push(Diagnostic::error(SUMMARY, detail, expr.span));
    }
    diagnostics
}

fn unsuitable(number: &Number) -> Option<String> {
    const PREFIX: &str = "The given \"count\" argument value is unsuitable:";
    match number.to_i64() {
        None => Some(format!(
            "{PREFIX} value must be a whole number, between -9223372036854775808 and 9223372036854775807."
        )),
        Some(count) if count < 0 => {
            Some(format!("{PREFIX} must be greater than or equal to zero."))
        }
        Some(_) => None,
    }
}

/// Whether the value of `for_each` may be one.
pub(super) fn check_for_each(view: &View<'_>, expr: &Expr) -> Diagnostics {
    const SUMMARY: &str = "Invalid for_each argument";
    const SET: &str = "Invalid for_each set argument";
    const PREFIX: &str = "The given \"for_each\" argument value is unsuitable:";
    let (value, mut diagnostics) = view.evaluate(expr, &Type::Dynamic);
    if diagnostics.has_errors() {
        return diagnostics;
    }
    let (value, marks) = value.unmarked();
    let cause = Cause {
        sensitive: marks.contains(Marks::SENSITIVE),
        ephemeral: marks.contains(Marks::EPHEMERAL),
        ..Cause::default()
    };
    let mut fail = |summary: &str, detail: String| {
        let diagnostic = Diagnostic::error(summary, detail, expr.span);
        let diagnostic = diagnostic.hints(set_hint(&value.ty()));
        diagnostics.push(view.noted(diagnostic, expr, cause));
    };
    if marks.contains(Marks::EPHEMERAL) {
        fail(SUMMARY, "The given \"for_each\" value is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.".to_owned());
    } else if marks.contains(Marks::SENSITIVE) {
        fail(SUMMARY, "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.".to_owned());
    } else if value.is_null() {
        fail(
            SUMMARY,
            format!(
                "{PREFIX} the given \"for_each\" argument value is null. A map, or set of strings is allowed."
            ),
        );
    } else {
        match value.ty() {
            Type::Dynamic | Type::Map(_) | Type::Object(_) => {}
            Type::Set(element) => {
                let known = value.is_known() && value.length() != Some(0);
                let undecided = *element == Type::Dynamic && !value.is_wholly_known();
                if !matches!(*element, Type::String) && known && !undecided {
                    fail(
                        SET,
                        format!(
                            "{PREFIX} \"for_each\" supports maps and sets of strings, but you have provided a set containing type {element}."
                        ),
                    );
                } else if value.values().any(Value::is_null) {
                    fail(
                        SET,
                        format!("{PREFIX} \"for_each\" sets must not contain null values."),
                    );
                }
            }
            ty => fail(
                SUMMARY,
                format!(
                    "{PREFIX} the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {ty}."
                ),
            ),
        }
    }
    diagnostics
}
