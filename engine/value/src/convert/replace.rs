//! Filling in what a wanted type leaves open.

use super::{Safety, unify::unify_types};
use crate::Type;

/// `to`, with the parts that are [`Type::Dynamic`] taken from `from`.
pub(super) fn replace_dynamic(from: &Type, to: &Type) -> Type {
    if *from == Type::Dynamic || !to.has_dynamic() {
        return to.clone();
    }
    match (from, to) {
        (_, Type::Dynamic) => from.clone(),
        (Type::Map(from), Type::Map(to)) => Type::map(replace_dynamic(from, to)),
        (Type::Object(from), Type::Map(to)) => {
            let types: Vec<Type> = from.attributes().iter().map(|(_, ty)| ty.clone()).collect();
            Type::map(replace_unified(&types, to))
        }
        (Type::List(from) | Type::Set(from), Type::List(to)) => {
            Type::list(replace_dynamic(from, to))
        }
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(replace_dynamic(from, to)),
        (Type::Tuple(from), Type::List(to)) => Type::list(replace_unified(from, to)),
        (Type::Tuple(from), Type::Set(to)) => Type::set(replace_unified(from, to)),
        (Type::Tuple(from), Type::Tuple(to)) => Type::tuple(
            from.iter()
                .zip(to.iter())
                .map(|(from, to)| replace_dynamic(from, to)),
        ),
        (Type::Map(from), Type::Object(to)) => {
            let attributes = to.attributes().iter();
            Type::object(attributes.map(|(name, to)| (name.clone(), replace_dynamic(from, to))))
        }
        (Type::Object(from), Type::Object(to)) => {
            let attributes = to.attributes().iter();
            Type::object(attributes.map(|(name, to)| {
                let ty = match from.get(name) {
                    Some(from) => replace_dynamic(from, to),
                    None => to.clone(),
                };
                (name.clone(), ty)
            }))
        }
        _ => to.clone(),
    }
}

fn replace_unified(from: &[Type], to: &Type) -> Type {
    match unify_types(from, Safety::Unsafe) {
        Some(unified) => replace_dynamic(&unified.ty, to),
        None => to.clone(),
    }
}
