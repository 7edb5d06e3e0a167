//! `condition ? yes : no`, and `%{if}` in templates.

use trueup_syntax::{Diagnostic, Span, ast::Expr};
use trueup_value::{Bound, Number, Refine, Type, Value, convert};

use super::{Evaluator, is_untyped_null};
use crate::{mismatch::describe_mismatch, scope::Scope};

/// One of the two results, evaluated before it is known whether it counts.
pub(super) struct Branch {
    pub(super) value: Value,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) span: Span,
}

/// A conditional without its results.
pub(super) struct Choice<'a> {
    pub(super) condition: &'a Expr,
    pub(super) span: Span,
    /// What to take the values for messages from: the conditional itself if
    /// it is an expression, and its results.
    pub(super) exprs: Option<(&'a Expr, [&'a Expr; 2])>,
}

impl Evaluator {
    pub(super) fn conditional(
        &mut self,
        expr: &Expr,
        parts: &[Expr; 3],
        scope: &Scope<'_>,
    ) -> Value {
        let [condition, yes, no] = parts;
        let choice = Choice {
            condition,
            span: expr.span,
            exprs: Some((expr, [yes, no])),
        };
        let branches = [yes, no].map(|branch| {
            let (value, diagnostics) = self.aside(|evaluator| evaluator.eval(branch, scope));
            Branch {
                value,
                diagnostics,
                span: branch.span,
            }
        });
        self.choose(&choice, branches, scope)
    }

    /// Decides between two evaluated branches.
    pub(super) fn choose(
        &mut self,
        choice: &Choice<'_>,
        branches: [Branch; 2],
        scope: &Scope<'_>,
    ) -> Value {
        let Some(ty) = result_type(&branches) else {
            self.inconsistent(choice, &branches, scope);
            return Value::dynamic();
        };
        let condition = self.eval(choice.condition, scope);
        let (condition, mut marks) = condition.unmarked();
        if condition.is_null() {
            let detail = "The condition value is null. Conditions must either be true or false.";
            self.wrong_condition("Null condition", detail, choice, scope);
            return Value::unknown(ty.unwrap_or(Type::Dynamic));
        }
        marks |= branches[0].value.marks() | branches[1].value.marks();
        if !condition.is_known() {
            return unknown_choice(&branches, ty).with_marks(marks);
        }
        let condition = convert::convert(condition, &Type::Bool);
        let Some(condition) = condition.ok().and_then(|value| value.as_bool()) else {
            let detail = "The condition expression must be of type bool.";
            self.wrong_condition("Incorrect condition type", detail, choice, scope);
            return Value::unknown(ty.unwrap_or(Type::Dynamic));
        };
        let [yes, no] = branches;
        let branch = if condition { yes } else { no };
        self.take(choice, branch, condition, ty, scope)
            .with_marks(marks)
    }

    fn wrong_condition(
        &mut self,
        summary: &str,
        detail: &str,
        choice: &Choice<'_>,
        scope: &Scope<'_>,
    ) {
        let diagnostic =
            Diagnostic::error(summary, detail, choice.condition.span).within(choice.span);
        self.fail(diagnostic, choice.condition, scope);
    }

    fn inconsistent(&mut self, choice: &Choice<'_>, branches: &[Branch; 2], scope: &Scope<'_>) {
        let [yes, no] = branches;
        let detail = format!(
            "The true and false result expressions must have consistent types. {}.",
            describe_mismatch(&yes.value.ty(), &no.value.ty())
        );
        let diagnostic =
            Diagnostic::error(INCONSISTENT, detail, yes.span.to(no.span)).within(choice.span);
        match choice.exprs {
            Some((whole, _)) => self.fail(diagnostic, whole, scope),
            None => self.push(diagnostic),
        }
    }

    /// The branch that was decided for, converted to the type of the whole.
    fn take(
        &mut self,
        choice: &Choice<'_>,
        branch: Branch,
        which: bool,
        ty: Option<Type>,
        scope: &Scope<'_>,
    ) -> Value {
        self.report(branch.diagnostics);
        let Some(ty) = ty else {
            return branch.value;
        };
        match convert::convert(&branch.value, &ty) {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("The {which} result value has the wrong type: {error}.");
                let diagnostic =
                    Diagnostic::error(INCONSISTENT, detail, branch.span).within(choice.span);
                match choice.exprs {
                    Some((_, [yes, no])) => {
                        self.fail(diagnostic, if which { yes } else { no }, scope);
                    }
                    None => self.push(diagnostic),
                }
                Value::unknown(ty)
            }
        }
    }
}

const INCONSISTENT: &str = "Inconsistent conditional result types";

/// The type both results are converted to. `Some(None)`: the one taken stays
/// as it is, because a type is not known yet. `None`: there is no such type.
fn result_type(branches: &[Branch; 2]) -> Option<Option<Type>> {
    let [yes, no] = branches.each_ref().map(|branch| &branch.value);
    if is_untyped_null(yes) {
        return Some(Some(no.ty()));
    }
    if is_untyped_null(no) {
        return Some(Some(yes.ty()));
    }
    let types = [yes.ty(), no.ty()];
    if types.contains(&Type::Dynamic) {
        return Some(None);
    }
    convert::unify_unsafe(&types).map(Some)
}

/// What is known of the result while the condition is unknown.
fn unknown_choice(branches: &[Branch; 2], ty: Option<Type>) -> Value {
    let ty = ty.unwrap_or(Type::Dynamic);
    let [yes, no] = branches.each_ref().map(|branch| branch.value.unmarked().0);
    if yes.is_null() && no.is_null() {
        return Value::null(ty);
    }
    let types = [yes.ty(), no.ty()];
    let mut result = Value::unknown(ty).refine();
    if yes.is_not_null() && no.is_not_null() {
        result = result.not_null();
    }
    match types {
        [Type::Number, Type::Number] => between(result, yes, no),
        [a, b] if a == b && a.element().is_some() && !may_shrink(yes) && !may_shrink(no) => {
            let ((a_min, a_max), (b_min, b_max)) = (yes.length_bounds(), no.length_bounds());
            result
                .min_length(a_min.min(b_min))
                .max_length(a_max.max(b_max))
        }
        _ => result,
    }
    .finish()
}

/// Whether elements may turn out to be the same. Terraform says nothing of the
/// length then.
fn may_shrink(value: &Value) -> bool {
    let several = value.length().is_some_and(|length| length > 1);
    matches!(value, Value::Set(_)) && several && !value.is_wholly_known()
}

/// Of two numbers one: within the bounds of both.
fn between(result: Refine, yes: &Value, no: &Value) -> Refine {
    let (Some((a_min, a_max)), Some((b_min, b_max))) = (yes.number_bounds(), no.number_bounds())
    else {
        return result;
    };
    let min = wider(a_min, b_min, |a, b| a < b);
    let max = wider(a_max, b_max, |a, b| a > b);
    result.min(&min.0, min.1).max(&max.0, max.1)
}

fn wider(a: Bound, b: Bound, farther: impl Fn(&Number, &Number) -> bool) -> Bound {
    if farther(&a.0, &b.0) {
        a
    } else if farther(&b.0, &a.0) {
        b
    } else {
        (a.0, a.1 || b.1)
    }
}
