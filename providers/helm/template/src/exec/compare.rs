//! Comparison with Go's typing: numbers of different kinds don't compare.

use std::rc::Rc;

use crate::{
    Error, Str,
    print::sprintf,
    value::{Kind, Type, Value},
};

/// What may be compared with what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
}

fn class(value: &Value) -> Class {
    match value.kind() {
        Kind::Bool(_) => Class::Bool,
        Kind::Int(int) if int.kind().is_signed() => Class::Int,
        Kind::Int(_) => Class::Uint,
        Kind::Float(_) | Kind::Float32(_) => Class::Float,
        Kind::Complex(..) => Class::Complex,
        Kind::String(_) => Class::String,
        _ => Class::Other,
    }
}

fn incompatible(left: Type, right: Type) -> Error {
    Error::new(format!(
        "incompatible types for comparison: {left} and {right}"
    ))
}

fn both_int(left: Class, right: Class) -> bool {
    matches!(
        (left, right),
        (Class::Int, Class::Uint) | (Class::Uint, Class::Int)
    )
}

/// `eq a b c`: whether `a` equals any of the others.
pub(super) fn eq_any(values: &[Value]) -> Result<bool, Error> {
    let (first, rest) = match values {
        [first, rest @ ..] if !rest.is_empty() => (first, rest),
        _ => return Err(Error::new("missing argument for comparison")),
    };
    for value in rest {
        if eq(first, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn eq(left: &Value, right: &Value) -> Result<bool, Error> {
    let classes = (class(left), class(right));
    if classes.0 != classes.1 && !both_int(classes.0, classes.1) {
        return match (left.ty(), right.ty()) {
            (Some(left), Some(right)) => Err(incompatible(left, right)),
            _ => Ok(false),
        };
    }
    match (left.kind(), right.kind()) {
        (Kind::Bool(left), Kind::Bool(right)) => Ok(left == right),
        (Kind::Int(left), Kind::Int(right)) => Ok(left.get() == right.get()),
        (Kind::Complex(a, b), Kind::Complex(c, d)) => Ok(a == c && b == d),
        (Kind::String(left), Kind::String(right)) => Ok(left == right),
        _ if classes.0 == Class::Float => Ok(left.as_float() == right.as_float()),
        _ => eq_other(left, right),
    }
}

fn eq_other(left: &Value, right: &Value) -> Result<bool, Error> {
    if let (Some(left_type), Some(right_type)) = (left.ty(), right.ty())
        && left_type.kind_name() != right_type.kind_name()
    {
        let (left, right) = (shown("%s", left)?, shown("%v", right)?);
        return Err(Error::new(format!(
            "non-comparable types {left}: {left_type}, {right_type}: {right}"
        )));
    }
    if is_nil(left) || is_nil(right) {
        return Ok(is_nil(left) == is_nil(right));
    }
    let equal = match (left.kind(), right.kind()) {
        (Kind::Object(left), Kind::Object(right)) if left.ty() == right.ty() => {
            match right.ty().kind_name() {
                "ptr" => Some(Rc::ptr_eq(left, right) || left.equals(&**right) == Some(true)),
                _ => left.equals(&**right),
            }
        }
        (Kind::Object(_), Kind::Object(_)) => Some(false),
        _ => None,
    };
    match (equal, right.ty()) {
        (Some(equal), _) => Ok(equal),
        (None, Some(ty)) => {
            let right = shown("%s", right)?;
            Err(Error::new(format!("non-comparable type {right}: {ty}")))
        }
        (None, None) => Ok(false),
    }
}

/// A value as the messages of `eq` show it.
fn shown(format: &str, value: &Value) -> Result<String, Error> {
    let text = sprintf(&Str::from(format), std::slice::from_ref(value))?;
    Ok(text.to_str().into_owned())
}

fn is_nil(value: &Value) -> bool {
    match value.kind() {
        Kind::Nil => true,
        Kind::List(list) => list.is_nil(),
        Kind::Map(map) => map.is_nil(),
        _ => false,
    }
}

pub(super) fn less(left: &Value, right: &Value) -> Result<bool, Error> {
    let bad = || Error::new("invalid type for comparison");
    let classes = (class(left), class(right));
    if classes.0 == Class::Other || classes.1 == Class::Other {
        return Err(bad());
    }
    match (left.kind(), right.kind()) {
        (Kind::Int(left), Kind::Int(right)) => Ok(left.get() < right.get()),
        (Kind::String(left), Kind::String(right)) => Ok(left < right),
        _ if classes.0 != classes.1 => {
            let types = (left.ty(), right.ty());
            let types = (types.0.unwrap_or(Type::Any), types.1.unwrap_or(Type::Any));
            Err(incompatible(types.0, types.1))
        }
        _ if classes.0 == Class::Float => Ok(left.as_float() < right.as_float()),
        _ => Err(bad()),
    }
}

pub(super) fn less_or_equal(left: &Value, right: &Value) -> Result<bool, Error> {
    Ok(less(left, right)? || eq(left, right)?)
}
