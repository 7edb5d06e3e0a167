//! Whether a value fits its variable.

use trueup_syntax::{Diagnostic, SourceMap};
use trueup_value::Value;

use super::Origin;
use crate::config::{Variable, with_path};

/// Converts a value for a variable of the root module. Null becomes the
/// default where null is no value.
pub(super) fn fit(
    sources: &SourceMap,
    variable: &Variable,
    value: &Value,
    origin: Origin,
) -> Result<Value, Box<Diagnostic>> {
    let name = &variable.name.name;
    let place = sources.file(variable.span.file).describe(variable.span);
    let fail = |summary: &str, reason: &str, verb: &str| {
        let (detail, span) = match origin {
            Origin::Argument => (
                format!("Unsuitable value for var.{name} set using -var=\"{name}=...\": {reason}."),
                variable.span,
            ),
            Origin::Environment => (
                format!(
                    "Unsuitable value for var.{name} set using the TF_VAR_{name} environment variable: {reason}."
                ),
                variable.span,
            ),
            Origin::Answer => (
                format!(
                    "Unsuitable value for var.{name} set using an interactive prompt: {reason}."
                ),
                variable.span,
            ),
            Origin::File(span) if variable.sensitive => (
                format!(
                    "The given value is not suitable for var.{name}, which is sensitive: {reason}. Invalid value defined at {}.",
                    sources.file(span.file).describe(span)
                ),
                variable.span,
            ),
            Origin::File(span) => (
                format!(
                    "The given value is not suitable for var.{name} {verb} at {place}: {reason}."
                ),
                span,
            ),
        };
        Err(Box::new(Diagnostic::error(summary, detail, span)))
    };
    let converted = match variable.ty.apply(value) {
        Ok(value) => value,
        Err(error) => {
            return fail(
                "Invalid value for input variable",
                &with_path(&error),
                "declared",
            );
        }
    };
    if !converted.is_null() || variable.nullable {
        return Ok(converted);
    }
    match &variable.default {
        Some(default) => Ok(default.clone()),
        None => fail(
            "Required variable not set",
            "required variable may not be set to null",
            "defined",
        ),
    }
}
