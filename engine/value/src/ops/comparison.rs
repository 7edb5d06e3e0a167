//! `< <= > >=`

use std::cmp::Ordering;

use super::{OpError, check, equals, or, unknown, unmarked};
use crate::{Number, Type, Value, range::Bound};

/// `a < b`
pub fn less_than(a: &Value, b: &Value) -> Result<Value, OpError> {
    let (a, b, marks) = unmarked(a, b);
    Ok(ordered(a, b)?.with_marks(marks))
}

/// `a > b`
pub fn greater_than(a: &Value, b: &Value) -> Result<Value, OpError> {
    less_than(b, a)
}

/// `a <= b`
pub fn less_than_or_equal(a: &Value, b: &Value) -> Result<Value, OpError> {
    or(&less_than(a, b)?, &equals(a, b)?)
}

/// `a >= b`
pub fn greater_than_or_equal(a: &Value, b: &Value) -> Result<Value, OpError> {
    or(&greater_than(a, b)?, &equals(a, b)?)
}

/// Whether `a < b` for operands without marks.
fn ordered(a: &Value, b: &Value) -> Result<Value, OpError> {
    if let (Value::Number(a), Value::Number(b)) = (a, b) {
        return Ok(Value::Bool(a.compare(b) == Ordering::Less));
    }
    check(a, &Type::Number, "number")?;
    check(b, &Type::Number, "number")?;
    if let (Some((a_min, a_max)), Some((b_min, b_max))) = (a.number_bounds(), b.number_bounds()) {
        if a_max.0.compare(&b_min.0) == Ordering::Less {
            return Ok(Value::Bool(true));
        }
        if a_min.0.compare(&b_max.0) == Ordering::Greater {
            return Ok(Value::Bool(false));
        }
    }
    Ok(unknown(Type::Bool))
}

/// Whether `number` is on the right side of `bound`.
pub(crate) fn within(number: &Number, bound: &Bound, lower: bool) -> bool {
    let order = number.compare(&bound.0);
    let order = if lower { order } else { order.reverse() };
    order == Ordering::Greater || (bound.1 && (order == Ordering::Equal || *number == bound.0))
}
