//! YAML: `yamlencode` and `yamldecode`.

mod decode;
mod emitter;
mod encode;
mod scalar;

use trueup_value::{Outline, Type, Unknown, Value};

pub use decode::document as yaml_value;

use super::{Named, arguments::text, bound};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("yamldecode", yamldecode()), ("yamlencode", yamlencode())]
}

fn yamlencode() -> Function {
    let value = Param::new("value", Type::Dynamic)
        .describe("The value.")
        .nullable()
        .dynamic();
    Function::new(
        "Writes a value as YAML.",
        vec![value],
        Type::String,
        |args| {
            let Some(value) = args.first() else {
                return Err(FunctionError::new("a value is required"));
            };
            if !value.is_wholly_known() {
                return Ok(unknown_yaml(value));
            }
            bound::check_written(value)?;
            Ok(Value::string(encode::document(value)))
        },
    )
    .maybe_null()
}

/// The YAML of a value that is not wholly known: an outline of it, unless it
/// would be too long.
fn unknown_yaml(value: &Value) -> Value {
    let unknown = Unknown::new(Type::String);
    Value::Unknown(match bound::check_written(value) {
        Ok(()) => unknown.outlined(Outline::new(encode::document(value))),
        Err(_) => unknown,
    })
}

fn yamldecode() -> Function {
    let params = vec![Param::new("src", Type::String).describe("The YAML text: one document.")];
    let result = |args: &[Value]| {
        if args.first().is_some_and(|arg| !arg.is_known()) {
            return Ok(Type::Dynamic);
        }
        Ok(decode(args)?.ty())
    };
    let description = "Reads YAML into a value.";
    Function::typed(description, params, result, |args, _| decode(args))
}

fn decode(args: &[Value]) -> Result<Value, FunctionError> {
    decode::document(text(args, 0)?).map_err(FunctionError::new)
}
