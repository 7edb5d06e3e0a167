//! JSON: `jsonencode` and `jsondecode`.

mod decode;
mod encode;

use trueup_value::{Outline, Refinement, Type, Unknown, Value};

pub(super) use self::encode::push_string;
use super::{Named, arguments::text, bound};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("jsondecode", jsondecode()), ("jsonencode", jsonencode())]
}

/// `value` as JSON; what is not known in it is a hole of an outline.
pub(super) fn encode(value: &Value) -> String {
    let mut out = String::new();
    encode::push_value(&mut out, value);
    out
}

fn jsonencode() -> Function {
    let value = Param::new("val", Type::Dynamic)
        .describe("The value.")
        .nullable()
        .unknowable()
        .dynamic();
    let description = "Writes a value as JSON.";
    Function::new(description, vec![value], Type::String, |args| {
        let Some(value) = args.first() else {
            return Err(FunctionError::new("a value is required"));
        };
        if !value.is_wholly_known() {
            return Ok(unknown_json(value));
        }
        if holds_infinity(value) {
            return Err(FunctionError::new("cannot serialize infinity as JSON"));
        }
        bound::check_written(value)?;
        Ok(Value::string(encode(value)))
    })
}

fn holds_infinity(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_infinite(),
        _ => value.values().any(holds_infinity),
    }
}

/// What is certain of the JSON of a value that is not wholly known: how it
/// begins, unless it may be `null`.
fn unknown_json(value: &Value) -> Value {
    let may_be_null = match value {
        Value::Unknown(unknown) => !unknown.refinement().is_some_and(|r| r.not_null),
        _ => false,
    };
    let prefix = match value.ty() {
        Type::String => "\"",
        Type::Object(_) | Type::Map(_) => "{",
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
        _ => "",
    };
    if may_be_null || prefix.is_empty() {
        return Value::unknown(Type::String);
    }
    let refinement = Refinement {
        prefix: Some(prefix.into()),
        ..Refinement::default()
    };
    let unknown = Unknown::refined(Type::String, refinement);
    Value::Unknown(match bound::check_written(value) {
        Ok(()) => unknown.outlined(Outline::new(encode(value))),
        Err(_) => unknown,
    })
}

fn jsondecode() -> Function {
    let params = vec![Param::new("str", Type::String).describe("The JSON text.")];
    let result = |args: &[Value]| match args.first() {
        Some(Value::Unknown(unknown)) => {
            let prefix = unknown.refinement().and_then(|r| r.prefix.as_ref());
            type_by_prefix(prefix.map_or("", |prefix| prefix.as_str()))
        }
        _ => Ok(decode::document(text(args, 0)?)?.ty()),
    };
    Function::typed("Reads JSON into a value.", params, result, |args, _| {
        decode::document(text(args, 0)?)
    })
}

/// The type of a JSON document of which only the beginning is known.
fn type_by_prefix(prefix: &str) -> Result<Type, FunctionError> {
    match prefix.trim().chars().next() {
        None | Some('{' | '[' | 'n') => Ok(Type::Dynamic),
        Some('"') => Ok(Type::String),
        Some('t' | 'f') => Ok(Type::Bool),
        Some('-' | '0'..='9' | '.') => Ok(Type::Number),
        Some(c) => {
            let c = super::quote_char(c);
            let message = format!("a JSON document cannot begin with the character {c}");
            Err(FunctionError::argument(0, message))
        }
    }
}
