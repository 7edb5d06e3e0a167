//! `reflect.DeepEqual`.

use crate::{Kind, Value};

/// Whether two values have the same types and contents all the way down.
pub(super) fn deep_equal(left: &Value, right: &Value) -> bool {
    if left.ty() != right.ty() {
        return false;
    }
    match (left.kind(), right.kind()) {
        (Kind::Nil, Kind::Nil) => true,
        (Kind::Bool(left), Kind::Bool(right)) => left == right,
        (Kind::Int(left), Kind::Int(right)) => left == right,
        (Kind::Float(left), Kind::Float(right)) => left == right,
        (Kind::Float32(left), Kind::Float32(right)) => left == right,
        (Kind::Complex(a, b), Kind::Complex(c, d)) => a == c && b == d,
        (Kind::String(left), Kind::String(right)) => left == right,
        (Kind::List(left), Kind::List(right)) => {
            left.is_nil() == right.is_nil()
                && left.len() == right.len()
                && left
                    .items()
                    .iter()
                    .zip(right.items())
                    .all(|(left, right)| deep_equal(left, right))
        }
        (Kind::Map(left), Kind::Map(right)) => {
            left.is_same(right)
                || left.is_nil() == right.is_nil()
                    && left.len() == right.len()
                    && left
                        .entries()
                        .iter()
                        .zip(right.entries())
                        .all(|((a, left), (b, right))| *a == b && deep_equal(left, &right))
        }
        (Kind::Object(left), Kind::Object(right)) => left.equals(&**right).unwrap_or(false),
        _ => false,
    }
}
