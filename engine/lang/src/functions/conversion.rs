//! Conversions by name: `tostring`, `tonumber`, `tobool`, `tolist`, `toset`,
//! `tomap`.

use trueup_value::{
    Marks, Type, Value,
    convert::{Safety, can_convert, convert},
    quote,
};

use super::Named;
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        (
            "tobool",
            conversion("Converts a value to a bool.", Type::Bool),
        ),
        (
            "tolist",
            conversion("Converts a value to a list.", Type::list(Type::Dynamic)),
        ),
        (
            "tomap",
            conversion("Converts a value to a map.", Type::map(Type::Dynamic)),
        ),
        (
            "tonumber",
            conversion("Converts a value to a number.", Type::Number),
        ),
        (
            "toset",
            conversion("Converts a value to a set.", Type::set(Type::Dynamic)),
        ),
        (
            "tostring",
            conversion("Converts a value to a string.", Type::String),
        ),
    ]
}

fn conversion(description: &'static str, wanted: Type) -> Function {
    let value = Param::new("v", Type::Dynamic)
        .describe("The value to convert.")
        .nullable()
        .markable()
        .dynamic();
    let target = wanted.clone();
    let result = move |args: &[Value]| {
        let got = args.first().map_or(Type::Dynamic, Value::ty);
        if got == target || can_convert(&got, &target, Safety::Unsafe) {
            return Ok(target.clone());
        }
        Err(cannot(&got.to_string(), &target))
    };
    Function::typed(description, vec![value], result, move |args, _| {
        let Some(value) = args.first() else {
            return Err(FunctionError::new("a value is required"));
        };
        convert(value, &wanted).map_err(|_| failure(value, &wanted))
    })
}

fn cannot(what: &str, wanted: &Type) -> FunctionError {
    let wanted = wanted.constraint_name();
    FunctionError::argument(0, format!("cannot convert {what} to {wanted}"))
}

/// Why a value of a type that can be converted cannot.
fn failure(value: &Value, wanted: &Type) -> FunctionError {
    let got = value.ty();
    let marks = value.deep_marks();
    for (mark, kind) in [
        (Marks::SENSITIVE, "sensitive"),
        (Marks::EPHEMERAL, "ephemeral"),
    ] {
        if marks.contains(mark) {
            return cannot(&format!("this {kind} {got}"), wanted);
        }
    }
    let what = match value.unmarked().0.as_str() {
        Some(text) => quote(text),
        None => got.to_string(),
    };
    let mut error = match (&got, wanted) {
        (Type::String, Type::Bool | Type::Number) => cannot(&what, wanted),
        _ => return cannot(&got.to_string(), wanted),
    };
    error.message.push_str(match wanted {
        Type::Bool => "; only the strings \"true\" or \"false\" are allowed",
        _ => "; given string must be a decimal representation of a number",
    });
    error
}
