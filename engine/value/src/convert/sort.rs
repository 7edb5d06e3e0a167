//! Which of several types is the more general one.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use crate::Type;

/// The indices of `types`, more general ones first.
pub(super) fn by_preference(types: &[Type]) -> Vec<usize> {
    let mut edges = vec![Vec::new(); types.len()];
    let mut incoming = vec![0usize; types.len()];
    for (i, a) in types.iter().enumerate() {
        for (j, b) in types.iter().enumerate().skip(i + 1) {
            let (from, to) = match compare(a, b) {
                Less => (i, j),
                Greater => (j, i),
                Equal => continue,
            };
            if let (Some(edges), Some(count)) = (edges.get_mut(from), incoming.get_mut(to)) {
                edges.push(to);
                *count += 1;
            }
        }
    }
    let mut order: Vec<usize> = (0..types.len())
        .filter(|index| incoming.get(*index) == Some(&0))
        .collect();
    let mut next = 0;
    while let Some(&index) = order.get(next) {
        next += 1;
        for &target in edges.get(index).into_iter().flatten() {
            if let Some(count) = incoming.get_mut(target) {
                *count -= 1;
                if *count == 0 {
                    order.push(target);
                }
            }
        }
    }
    order
}

/// [`Less`] if values of `b` can be converted to `a`, as far as the kinds of
/// types tell.
fn compare(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Equal,
        (_, Type::Dynamic) => Less,
        (Type::Dynamic, _) => Greater,
        (Type::String, Type::String) => Equal,
        (Type::String, Type::Number | Type::Bool) => Less,
        (Type::Number | Type::Bool, Type::String) => Greater,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => compare(a, b),
        (Type::Tuple(_) | Type::List(_), Type::Set(_)) => Less,
        (Type::Set(_), Type::Tuple(_) | Type::List(_)) => Greater,
        (Type::List(_), Type::Tuple(_)) | (Type::Map(_), Type::Object(_)) => Less,
        (Type::Tuple(_), Type::List(_)) | (Type::Object(_), Type::Map(_)) => Greater,
        (Type::Object(a), Type::Object(b)) => {
            let (a, b) = (a.attributes(), b.attributes());
            if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.0 != b.0) {
                return Equal;
            }
            majority(a.iter().zip(b).map(|(a, b)| compare(&a.1, &b.1)))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            majority(a.iter().zip(b.iter()).map(|(a, b)| compare(a, b)))
        }
        _ => Equal,
    }
}

/// The order all parts have that have one.
fn majority(orders: impl Iterator<Item = Ordering>) -> Ordering {
    let (mut less, mut greater) = (false, false);
    for order in orders {
        less |= order == Less;
        greater |= order == Greater;
    }
    match (less, greater) {
        (true, false) => Less,
        (false, true) => Greater,
        _ => Equal,
    }
}
