//! `reflect.DeepEqual`.

use std::collections::HashSet;

use crate::stack::with_room;
use crate::{Kind, Value};

/// Pairs of maps or lists that are being compared or are equal: each is looked at once, however
/// often it is shared or holds itself.
type Visited = HashSet<(usize, usize)>;

/// Whether two values have the same types and contents all the way down.
pub(super) fn deep_equal(left: &Value, right: &Value) -> bool {
    equal(left, right, &mut Visited::new())
}

fn equal(left: &Value, right: &Value, visited: &mut Visited) -> bool {
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
                && (!visited.insert((left.identity(), right.identity()))
                    || left
                        .items()
                        .iter()
                        .zip(right.items())
                        .all(|(left, right)| with_room(|| equal(left, right, visited))))
        }
        (Kind::Map(left), Kind::Map(right)) => {
            left.is_same(right)
                || left.is_nil() == right.is_nil()
                    && left.len() == right.len()
                    && (!visited.insert((left.identity(), right.identity()))
                        || left.entries().iter().zip(right.entries()).all(
                            |((a, left), (b, right))| {
                                *a == b && with_room(|| equal(left, &right, visited))
                            },
                        ))
        }
        (Kind::Object(left), Kind::Object(right)) => left.equals(&**right).unwrap_or(false),
        _ => false,
    }
}
