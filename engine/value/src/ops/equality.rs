//! `== !=`

use super::{OpError, not, unknown};
use crate::{Set, Type, Value};

/// `a == b`, for any two values; unknown parts make the result unknown unless
/// the known ones already differ.
pub fn equals(a: &Value, b: &Value) -> Result<Value, OpError> {
    if let Some(equal) = same_scalars(a, b) {
        return Ok(Value::Bool(equal));
    }
    let ((a, x), (b, y)) = (a.unmark_deep(), b.unmark_deep());
    let result = match same(&a, &b) {
        Some(equal) => Value::Bool(equal),
        None => unknown(Type::Bool),
    };
    Ok(result.with_marks(x | y))
}

/// `a != b`
pub fn not_equals(a: &Value, b: &Value) -> Result<Value, OpError> {
    not(&equals(a, b)?)
}

/// Whether two values without marks are equal; `None` if that is not known.
fn same(a: &Value, b: &Value) -> Option<bool> {
    if (a.is_null() && b.is_not_null()) || (b.is_null() && a.is_not_null()) {
        return Some(false);
    }
    match (a.is_known(), b.is_known()) {
        (false, false) => return None,
        (true, false) => return same_as_unknown(a, b),
        (false, true) => return same_as_unknown(b, a),
        (true, true) => {}
    }
    match (a.is_null(), b.is_null()) {
        (true, true) => return Some(true),
        (true, false) | (false, true) => return Some(false),
        (false, false) => {}
    }
    same_known(a, b)
}

fn same_as_unknown(known: &Value, unknown: &Value) -> Option<bool> {
    if !unknown.may_become(known) {
        return Some(false);
    }
    let ty = unknown.ty();
    if known.is_null() || ty.has_dynamic() || known.has_type(&ty) {
        return None;
    }
    Some(false)
}

/// The usual case: two known values of one primitive type.
fn same_scalars(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Number(a), Value::Number(b)) => Some(a == b),
        (Value::String(a), Value::String(b)) => Some(a == b),
        _ => None,
    }
}

fn same_known(a: &Value, b: &Value) -> Option<bool> {
    if let Some(equal) = same_scalars(a, b) {
        return Some(equal);
    }
    if !a.is_type_wholly_known() || !b.is_type_wholly_known() {
        let (x, y) = (a.ty(), b.ty());
        return (!x.conforms_to(&y) && !y.conforms_to(&x)).then_some(false);
    }
    if !a.same_type(b) {
        return Some(false);
    }
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => same_sets(a, b),
        (Value::Map(x), Value::Map(y)) => {
            let keys = x.entries().iter().zip(y.entries()).all(|(x, y)| x.0 == y.0);
            if x.entries().len() != y.entries().len() || !keys {
                return Some(false);
            }
            all_same(a, b)
        }
        _ if a.length() != b.length() => Some(false),
        _ => all_same(a, b),
    }
}

/// Whether elements at the same place are the same, the first place that
/// decides counting.
fn all_same(a: &Value, b: &Value) -> Option<bool> {
    for (x, y) in a.values().zip(b.values()) {
        if !same(x, y)? {
            return Some(false);
        }
    }
    Some(true)
}

fn same_sets(a: &Set, b: &Set) -> Option<bool> {
    let mut elements = a.elements().iter().chain(b.elements());
    if elements.any(|element| !element.is_known()) {
        return None;
    }
    let equal = a.elements().len() == b.elements().len()
        && a.elements().iter().all(|element| b.contains(element));
    Some(equal)
}

impl Value {
    /// Whether no part of its type can still turn out to be something else.
    fn is_type_wholly_known(&self) -> bool {
        match self {
            Value::Null(_) => true,
            Value::Unknown(unknown) => !unknown.ty().has_dynamic(),
            Value::Marked(marked) => marked.1.is_type_wholly_known(),
            _ => self.values().all(Value::is_type_wholly_known),
        }
    }

    /// Whether both have the same type, without building either if possible.
    pub fn same_type(&self, other: &Value) -> bool {
        match (self.peel(), other.peel()) {
            (Value::Null(ty), other) | (other, Value::Null(ty)) => other.has_type(ty),
            (Value::Unknown(unknown), other) | (other, Value::Unknown(unknown)) => {
                other.has_type(unknown.ty())
            }
            (Value::Tuple(a), Value::Tuple(b)) => {
                let (a, b) = (a.elements(), b.elements());
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_type(b))
            }
            (Value::Object(a), Value::Object(b)) => {
                let (a, b) = (a.attributes(), b.attributes());
                let mut pairs = a.iter().zip(b);
                a.len() == b.len() && pairs.all(|(a, b)| a.0 == b.0 && a.1.same_type(&b.1))
            }
            (Value::Tuple(_) | Value::Object(_), _) | (_, Value::Tuple(_) | Value::Object(_)) => {
                false
            }
            (a, b) => b.has_type(&a.ty()),
        }
    }
}
