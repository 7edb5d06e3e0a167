//! Input variables and their validations.

use trueup_syntax::{Diagnostic, Diagnostics, Span, ast::Expr};
use trueup_value::{Marks, Str, Type, Value};

use super::{Evaluation, ModuleScope};
use crate::config::Variable;

impl Evaluation<'_> {
    /// Computes an input variable from what the caller gives, or its default.
    pub fn evaluate_variable(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.module(scope.node);
        let (Some((_, variable)), Some(cell)) = (
            module.variables.get_index(index),
            scope.variables.get(index),
        ) else {
            return Diagnostics::default();
        };
        let (given, mut diagnostics) = self.given(scope, variable);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        match self.prepare(scope, variable, given) {
            Ok(value) => {
                let _ = cell.set(value);
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
        diagnostics
    }

    /// Where the value of a module's variable is given.
    pub(crate) fn given_at(&self, scope: &ModuleScope, name: &Str) -> Option<Span> {
        let call = self.config.call(scope.node)?;
        let attributes = call.body.just_attributes(&mut Diagnostics::default());
        let attribute = attributes.iter().find(|a| a.name.name == *name)?;
        Some(attribute.expr.span)
    }

    fn given(
        &self,
        scope: &ModuleScope,
        variable: &Variable,
    ) -> (Option<(Value, Option<Expr>)>, Diagnostics) {
        let name = &variable.name.name;
        let Some((caller, each)) = &scope.caller else {
            let given = self.inputs.get(name).map(|value| (value.clone(), None));
            return (given, Diagnostics::default());
        };
        let Some(call) = self.config.call(scope.node) else {
            return (None, Diagnostics::default());
        };
        let attributes = call.body.just_attributes(&mut Diagnostics::default());
        let Some(attribute) = attributes.iter().find(|a| a.name.name == *name) else {
            return (None, Diagnostics::default());
        };
        let view = self.view(caller);
        let (value, diagnostics) = view
            .repeated(each)
            .evaluate(&attribute.expr, &Type::Dynamic);
        (Some((value, Some(attribute.expr.clone()))), diagnostics)
    }

    fn prepare(
        &self,
        scope: &ModuleScope,
        variable: &Variable,
        given: Option<(Value, Option<Expr>)>,
    ) -> Result<Value, Box<Diagnostic>> {
        let name = &variable.name.name;
        let (value, expr) = match given {
            Some((value, expr)) => (Some(value), expr),
            None => (None, None),
        };
        let span = expr.map_or(variable.span, |expr| expr.span);
        let usable = value.filter(|value| variable.nullable || !value.is_null());
        let value = usable.or_else(|| variable.default.clone());
        let Some(value) = value else {
            return Err(Box::new(Diagnostic::error(
                "Required variable not set",
                format!("The variable \"{name}\" is required, but is not set."),
                span,
            )));
        };
        let value = variable.ty.apply(&value).map_err(|error| {
            let file = self.config.sources().file(variable.span.file);
            let place = file.describe(variable.span);
            let module = &scope.address;
            let dot = if module.0.is_empty() { "" } else { "." };
            Box::new(Diagnostic::error(
                "Invalid value for input variable",
                format!(
                    "The given value is not suitable for {module}{dot}var.{name} declared at {place}: {error}."
                ),
                span,
            ))
        })?;
        let mut marks = Marks::NONE;
        if variable.sensitive {
            marks |= Marks::SENSITIVE;
        }
        if variable.ephemeral {
            marks |= Marks::EPHEMERAL;
        }
        Ok(value.with_marks(marks))
    }
}
