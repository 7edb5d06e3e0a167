//! `! && ||`

use super::{OpError, check, unknown, unmarked};
use crate::{Type, Value};

/// `!a`
pub fn not(a: &Value) -> Result<Value, OpError> {
    let (value, marks) = a.unmarked();
    check(value, &Type::Bool, "bool")?;
    let result = match value {
        Value::Bool(value) => Value::Bool(!value),
        _ => unknown(Type::Bool),
    };
    Ok(result.with_marks(marks))
}

/// `a && b`: false as soon as one of them is.
pub fn and(a: &Value, b: &Value) -> Result<Value, OpError> {
    decided_by(a, b, false)
}

/// `a || b`: true as soon as one of them is.
pub fn or(a: &Value, b: &Value) -> Result<Value, OpError> {
    decided_by(a, b, true)
}

/// `decisive` if an operand is, else its opposite if both are.
fn decided_by(a: &Value, b: &Value, decisive: bool) -> Result<Value, OpError> {
    let (a, b, marks) = unmarked(a, b);
    check(a, &Type::Bool, "bool")?;
    check(b, &Type::Bool, "bool")?;
    let result = match (a.as_bool(), b.as_bool()) {
        (Some(a), _) if a == decisive => Value::Bool(decisive),
        (_, Some(b)) if b == decisive => Value::Bool(decisive),
        (Some(_), Some(_)) => Value::Bool(!decisive),
        _ => unknown(Type::Bool),
    };
    Ok(result.with_marks(marks))
}
