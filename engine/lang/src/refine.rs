//! Saying more about unknown values.

use trueup_value::{Marks, Refinement, Type, Unknown, Value};

/// The longest list that is made of unknown elements because its length is
/// known.
const LONGEST: u64 = 100_000;

/// The same value, known not to be null if it is unknown.
pub(crate) fn not_null(value: Value) -> Value {
    refine(value, |refinement| refinement.not_null = true)
}

/// The same value, with more known about it if it is unknown; known if that
/// leaves one possibility.
pub(crate) fn refine(value: Value, add: impl FnOnce(&mut Refinement)) -> Value {
    let (Value::Unknown(unknown), marks) = value.unmarked() else {
        return value;
    };
    if *unknown.ty() == Type::Dynamic {
        return value;
    }
    let mut refinement = unknown.refinement().cloned().unwrap_or_default();
    add(&mut refinement);
    refined(unknown.ty(), refinement, marks)
}

fn refined(ty: &Type, refinement: Refinement, marks: Marks) -> Value {
    let certain = only_possibility(ty, &refinement);
    certain
        .unwrap_or_else(|| Value::Unknown(Unknown::refined(ty.clone(), refinement)))
        .with_marks(marks)
}

fn only_possibility(ty: &Type, refinement: &Refinement) -> Option<Value> {
    if !refinement.not_null {
        return None;
    }
    if *ty == Type::Number {
        let ((min, true), (max, true)) = (refinement.min.as_ref()?, refinement.max.as_ref()?)
        else {
            return None;
        };
        return (min == max).then(|| Value::Number(min.clone()));
    }
    let element = ty.element()?;
    let length = refinement.max_length?;
    if refinement.min_length.unwrap_or(0) != length || length > LONGEST {
        return None;
    }
    let unknowns = || {
        (0..length)
            .map(|_| Value::unknown(element.clone()))
            .collect()
    };
    match ty {
        Type::List(_) => Some(Value::list(element.clone(), unknowns())),
        Type::Set(_) if length <= 1 => Some(Value::set(element.clone(), unknowns())),
        Type::Map(_) if length == 0 => {
            Some(Value::map(element.clone(), Vec::<(&str, Value)>::new()))
        }
        _ => None,
    }
}
