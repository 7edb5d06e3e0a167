//! The values of outputs in a state.

use trueup_state::snapshot::Output;
use trueup_value::{
    Value,
    json::{from_json, to_json, type_from_json},
};

use crate::error::CommandError;

/// The value of an output.
///
/// # Errors
/// If its type cannot be read, or the value is not of this type.
pub(crate) fn value(name: &str, output: &Output) -> Result<Value, CommandError> {
    let value = type_from_json(output.ty.get()).and_then(|ty| from_json(output.value.get(), &ty));
    value.map_err(|problem| unreadable(name, &problem.to_string()))
}

/// The value as JSON in one line, however the state has laid it out.
///
/// # Errors
/// If the value cannot be written as JSON.
pub(crate) fn json(name: &str, value: &Value) -> Result<String, CommandError> {
    to_json(value, &value.ty()).map_err(|problem| unreadable(name, &problem.to_string()))
}

fn unreadable(name: &str, problem: &str) -> CommandError {
    CommandError::usage(
        "Unsupported state file format",
        format!("The output \"{name}\" in the state cannot be read: {problem}."),
    )
}
