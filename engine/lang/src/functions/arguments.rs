//! Arguments as Rust values. The calling rules have converted them and have
//! refused null, so an error here is about a number's range or never happens.

use trueup_value::Value;

use crate::function::FunctionError;

/// Argument `index` as text.
pub(super) fn text(args: &[Value], index: usize) -> Result<&str, FunctionError> {
    args.get(index)
        .and_then(Value::as_str)
        .ok_or_else(|| FunctionError::argument(index, "string required"))
}

/// Argument `index` as a whole number of 64 bits.
pub(super) fn integer(args: &[Value], index: usize) -> Result<i64, FunctionError> {
    let number = args.get(index).and_then(Value::as_number);
    number.and_then(|n| n.to_i64()).ok_or_else(|| {
        FunctionError::new(format!(
            "value must be a whole number, between {} and {}",
            i64::MIN,
            i64::MAX
        ))
    })
}
