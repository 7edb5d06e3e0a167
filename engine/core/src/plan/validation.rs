//! The validation rules of input variables.

use trueup_lang::Cause;
use trueup_state::snapshot::CheckStatus;
use trueup_syntax::{Diagnostic, Diagnostics, Note, Span, ast::Expr};
use trueup_value::{Marks, Type, Value, convert};

use super::{
    Conditions,
    conditions::{Verdict, unsuitable},
};
use crate::{config::CheckRule, evaluate, load::Config, validate};

/// What rules may refer to.
pub(crate) trait Sight {
    /// The value of an expression.
    fn value(&self, expr: &Expr) -> (Value, Diagnostics);

    /// What the references of an expression are.
    fn notes(&self, expr: &Expr) -> Vec<Note>;
}

impl Sight for evaluate::View<'_> {
    fn value(&self, expr: &Expr) -> (Value, Diagnostics) {
        self.evaluate(expr, &Type::Dynamic)
    }

    fn notes(&self, expr: &Expr) -> Vec<Note> {
        evaluate::View::notes(self, expr, Cause::default())
    }
}

impl Sight for validate::View<'_> {
    fn value(&self, expr: &Expr) -> (Value, Diagnostics) {
        self.evaluate(expr, &Type::Dynamic)
    }

    fn notes(&self, expr: &Expr) -> Vec<Note> {
        validate::View::notes(self, expr, Cause::default())
    }
}

/// An input variable whose rules are to be judged.
pub(crate) struct Validation<'a> {
    pub(crate) config: &'a Config,
    pub(crate) view: &'a dyn Sight,
    /// Where the value was given, or else the variable declared.
    pub(crate) given: Span,
    /// Nothing is planned yet: messages may be unknown.
    pub(crate) early: bool,
}

impl Validation<'_> {
    /// Judges all rules and notes what came out.
    pub(super) fn judge(
        &self,
        rules: &[CheckRule],
        conditions: &Conditions,
        addresses: (&str, &str),
    ) -> Diagnostics {
        let mut diagnostics = Diagnostics::default();
        let verdicts = rules
            .iter()
            .map(|rule| self.rule(rule, &mut diagnostics))
            .collect();
        conditions.report("var", addresses.0, addresses.1, verdicts);
        diagnostics
    }

    /// Judges one rule.
    pub(crate) fn rule(&self, rule: &CheckRule, diagnostics: &mut Diagnostics) -> Verdict {
        let verdict = |status| Verdict {
            status,
            message: None,
        };
        let Some(condition) = rule.condition() else {
            return verdict(CheckStatus::Error);
        };
        let invalid = |detail: String| Diagnostic {
            values: self.view.notes(condition),
            ..Diagnostic::error("Invalid variable validation result", detail, condition.span)
        };
        let (value, found) = self.view.value(condition);
        diagnostics.extend(found);
        let (value, _) = value.unmarked();
        if !value.is_known() {
            return verdict(CheckStatus::Unknown);
        }
        if value.is_null() {
            let detail =
                "Validation condition expression must return either true or false, not null.";
            diagnostics.push(invalid(detail.to_owned()));
            return verdict(CheckStatus::Error);
        }
        let value = match convert::convert(value, &Type::Bool) {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("Invalid validation condition result value: {error}.");
                diagnostics.push(invalid(detail));
                return verdict(CheckStatus::Error);
            }
        };
        if value.as_bool() == Some(true) {
            return verdict(CheckStatus::Pass);
        }
        self.failed(rule, diagnostics)
    }

    fn failed(&self, rule: &CheckRule, diagnostics: &mut Diagnostics) -> Verdict {
        let message = match rule.error_message() {
            Some(expr) => self.message(expr, diagnostics),
            None => Some(String::new()),
        };
        let Some(message) = message else {
            return Verdict {
                status: CheckStatus::Error,
                message: None,
            };
        };
        let message = match message.is_empty() {
            true => "Failed to evaluate condition error message.".to_owned(),
            false => message,
        };
        let file = self.config.sources().file(rule.span.file);
        let place = file.describe(rule.span);
        let detail = format!("{message}\n\nThis was checked by the validation rule at {place}.");
        let condition = rule.condition();
        let notes = condition.map(|condition| self.view.notes(condition));
        diagnostics.push(Diagnostic {
            values: notes.unwrap_or_default(),
            ..Diagnostic::error("Invalid value for variable", detail, self.given)
        });
        Verdict {
            status: CheckStatus::Fail,
            message: Some(message),
        }
    }

    /// The message; none if it is not known yet.
    fn message(&self, expr: &Expr, diagnostics: &mut Diagnostics) -> Option<String> {
        let (value, found) = self.view.value(expr);
        let failed = found.has_errors();
        diagnostics.extend(found);
        if failed {
            return Some(String::new());
        }
        let (bare, marks): (&Value, Marks) = value.unmarked();
        if !bare.is_known() && self.early {
            return None;
        }
        if !bare.is_known() {
            let what = "expression refers to values that won't be known until the apply phase";
            diagnostics.push(unsuitable(what, expr));
            return None;
        }
        let text = match convert::convert(bare, &Type::String) {
            Ok(text) => text,
            Err(error) => {
                diagnostics.push(unsuitable(&error.to_string(), expr));
                return Some(String::new());
            }
        };
        let (kind, function) = match (
            marks.contains(Marks::SENSITIVE),
            marks.contains(Marks::EPHEMERAL),
        ) {
            (true, _) => ("sensitive", "nonsensitive"),
            (_, true) => ("ephemeral", "ephemeralasnull"),
            _ => return Some(text.as_str().unwrap_or_default().trim().to_owned()),
        };
        diagnostics.push(Diagnostic::error(
            format!("Error message refers to {kind} values"),
            format!("The error expression used to explain this condition refers to {kind} values. Terraform will not display the resulting message.\n\nYou can correct this by removing references to {kind} values, or by carefully using the {function}() function if the expression will not reveal the {kind} data."),
            expr.span,
        ));
        let hidden = "The error message included a sensitive value, so it will not be displayed.";
        Some(hidden.to_owned())
    }
}
