//! `+ - * / %`

use super::{OpError, check, unknown, unmarked};
use crate::{Number, Type, Value};

/// `a + b`
pub fn add(a: &Value, b: &Value) -> Result<Value, OpError> {
    ranged(a, b, Number::add, OpError::OpposingInfinities)
}

/// `a - b`
pub fn subtract(a: &Value, b: &Value) -> Result<Value, OpError> {
    ranged(a, b, Number::subtract, OpError::InfinityFromItself)
}

/// `a * b`
pub fn multiply(a: &Value, b: &Value) -> Result<Value, OpError> {
    ranged(a, b, Number::multiply, OpError::ZeroByInfinity)
}

/// `a / b`: infinite for a division by zero.
pub fn divide(a: &Value, b: &Value) -> Result<Value, OpError> {
    plain(a, b, Number::divide, OpError::ZeroByZero)
}

/// `a % b`: what is left of `a`, with its sign; `a` for a `b` of zero.
pub fn modulo(a: &Value, b: &Value) -> Result<Value, OpError> {
    plain(a, b, Number::modulo, OpError::ModuloZeroAndInfinity)
}

/// `-a`
pub fn negate(a: &Value) -> Result<Value, OpError> {
    let (value, marks) = a.unmarked();
    check(value, &Type::Number, "number")?;
    let result = match value {
        Value::Number(number) => Value::Number(number.negate()),
        _ => unknown(Type::Number),
    };
    Ok(result.with_marks(marks))
}

type Operation = fn(&Number, &Number) -> Option<Number>;

fn plain(a: &Value, b: &Value, op: Operation, error: OpError) -> Result<Value, OpError> {
    let (a, b, marks) = unmarked(a, b);
    let result = match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(op(a, b).ok_or(error)?),
        _ => {
            check(a, &Type::Number, "number")?;
            check(b, &Type::Number, "number")?;
            unknown(Type::Number)
        }
    };
    Ok(result.with_marks(marks))
}

/// An operation that is monotonic, so that bounds of operands give bounds of
/// the result.
fn ranged(a: &Value, b: &Value, op: Operation, error: OpError) -> Result<Value, OpError> {
    let result = plain(a, b, op, error)?;
    if result.is_known() {
        return Ok(result);
    }
    let Some((min, max)) = bounds(a, b, op) else {
        return Ok(result);
    };
    Ok(result.refine().min(&min, true).max(&max, true).finish())
}

/// The extremes of `op` on the bounds; `None` if it has no result for some.
fn bounds(a: &Value, b: &Value, op: Operation) -> Option<(Number, Number)> {
    let (a, b) = (a.number_bounds()?, b.number_bounds()?);
    let mut results = Vec::with_capacity(4);
    for x in [&a.0.0, &a.1.0] {
        for y in [&b.0.0, &b.1.0] {
            results.push(op(x, y)?);
        }
    }
    let min = results.iter().min_by(|x, y| x.compare(y))?.clone();
    let max = results.iter().rev().max_by(|x, y| x.compare(y))?.clone();
    Some((min, max))
}
