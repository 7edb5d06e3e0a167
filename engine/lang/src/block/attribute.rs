//! Arguments.

use trueup_syntax::{Diagnostic, Diagnostics, ast::Attribute};
use trueup_value::{Value, convert};

use super::spec::AttributeSpec;
use crate::{
    eval::evaluate,
    notes::{Cause, notes},
    scope::Scope,
};

/// The value of an argument, of the type its specification asks for.
pub(super) fn decode(
    attribute: &Attribute,
    spec: &AttributeSpec,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let (value, found) = evaluate(&attribute.expr, scope);
    diagnostics.extend(found);
    match convert::convert(&value, &spec.ty) {
        Ok(value) => value,
        Err(error) => {
            diagnostics.push(inappropriate(attribute, &error, scope));
            Value::unknown(spec.ty.without_optional())
        }
    }
}

fn inappropriate(
    attribute: &Attribute,
    error: &convert::ConvertError,
    scope: &Scope<'_>,
) -> Diagnostic {
    let name = trueup_value::quote(&attribute.name.name);
    let expr = &attribute.expr;
    let mut diagnostic = Diagnostic::error(
        "Incorrect attribute value type",
        format!("Inappropriate value for attribute {name}: {error}."),
        expr.span,
    );
    diagnostic.values = notes(expr, scope, Cause::default());
    diagnostic.within(attribute.name.span.to(expr.span))
}
