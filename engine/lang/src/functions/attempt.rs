//! Expressions that may fail: `try` and `can`.

use trueup_syntax::{Diagnostics, Severity};
use trueup_value::{Type, Value};

use super::Named;
use crate::{
    context::Context,
    function::{Expressions, Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("can", can()), ("try", attempt())]
}

fn can() -> Function {
    let expression = Param::new("expression", Type::Dynamic).describe("What may fail.");
    let description = "Tells whether an expression can be evaluated without an error.";
    Function::lazy(description, vec![expression], |args| {
        let (value, diagnostics) = args.evaluate(0);
        if diagnostics.has_errors() {
            return Ok(Value::bool(false));
        }
        // What is not known yet may still fail.
        if !value.is_wholly_known() {
            return Ok(Value::unknown(Type::Bool));
        }
        Ok(Value::bool(true))
    })
    .returning(Type::Bool)
}

fn attempt() -> Function {
    let expressions = Param::new("expressions", Type::Dynamic).describe("What to try, in order.");
    let description = "Gives the value of the first expression that has no error.";
    Function::lazy(description, Vec::new(), |args| {
        if args.count() == 0 {
            return Err(FunctionError::new("at least one argument is required"));
        }
        let mut failures = String::new();
        for index in 0..args.count() {
            let (value, diagnostics) = args.evaluate(index);
            if diagnostics.has_errors() {
                failures.push_str(&describe(args, &diagnostics));
            } else if value.is_wholly_known() {
                return Ok(value);
            } else {
                // Once known it may fail after all, and another one be taken.
                return Ok(Value::dynamic());
            }
        }
        Err(FunctionError::new(format!(
            "no expression succeeded:\n{failures}\nAt least one expression must produce a successful result"
        )))
    })
    .variadic(expressions)
}

fn describe(args: &dyn Expressions, diagnostics: &Diagnostics) -> String {
    let errors = diagnostics.0.iter();
    let describe = errors.filter(|d| d.severity == Severity::Error).map(|d| {
        let place = d.subject.map(|span| format!(" (at {})", args.locate(span)));
        let place = place.unwrap_or_default();
        format!("- {}{place}\n  {}\n", d.summary, d.detail)
    });
    describe.collect()
}
