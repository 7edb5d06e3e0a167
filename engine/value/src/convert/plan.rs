//! How to convert values of one type to another, worked out once per type.

use std::sync::Arc;

use super::{Safety, unify::unify_types};
use crate::{ObjectType, Str, Type};

/// A way to convert values; `None` in an `Option<Plan>` that is part of
/// another plan stands for leaving a value as it is.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) to: Type,
    pub(super) safety: Safety,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Anything goes.
    Keep,
    /// The type is only known when the value is.
    Later,
    Primitive,
    Object(Vec<(Str, Inner)>),
    Tuple(Vec<Inner>),
    /// From a collection to a list or set of the element type.
    Sequence(Type, Inner),
    Map(Type, Inner),
    TupleToList(Vec<Inner>),
    TupleToSet(Vec<Inner>),
    ObjectToMap(Type, Vec<(Str, Inner)>),
    MapToObject(Vec<(Str, FromMap)>),
    /// Of an empty tuple or object.
    Empty(Type),
}

/// How to convert a part.
pub(super) type Inner = Option<Arc<Plan>>;

/// How to convert an element of a map to an attribute.
#[derive(Clone, Debug)]
pub(super) enum FromMap {
    Convert(Inner),
    /// There must be none: the attribute is optional, its type does not fit.
    Absent,
}

impl Plan {
    /// The conversion from `from` to `to`, if there is one.
    pub(super) fn new(from: &Type, to: &Type, safety: Safety) -> Option<Plan> {
        let kind = kind(from, to, safety)?;
        Some(Plan {
            to: to.clone(),
            safety,
            kind,
        })
    }
}

/// The conversion of a part; types that are the same need none.
fn inner(from: &Type, to: &Type, safety: Safety) -> Option<Inner> {
    if from == to {
        return Some(None);
    }
    Plan::new(from, to, safety).map(|plan| Some(Arc::new(plan)))
}

fn kind(from: &Type, to: &Type, safety: Safety) -> Option<Kind> {
    let any = safety == Safety::Unsafe;
    match (from, to) {
        (_, Type::Dynamic) => Some(Kind::Keep),
        (Type::Dynamic, _) => any.then_some(Kind::Later),
        (Type::Number | Type::Bool, Type::String) => Some(Kind::Primitive),
        (Type::String, Type::Number | Type::Bool) => any.then_some(Kind::Primitive),
        (Type::Object(from), Type::Object(to)) => objects(from, to, safety),
        (Type::Tuple(from), Type::Tuple(to)) if from.len() == to.len() => {
            let pairs = from.iter().zip(to.iter());
            let elements = pairs.map(|(from, to)| inner(from, to, safety));
            elements.collect::<Option<_>>().map(Kind::Tuple)
        }
        (Type::List(a) | Type::Set(a), Type::List(b)) => {
            Some(Kind::Sequence(Type::clone(b), inner(a, b, safety)?))
        }
        (Type::List(_), Type::Set(_)) if !any => None,
        (Type::List(a) | Type::Set(a), Type::Set(b)) => {
            Some(Kind::Sequence(Type::clone(b), inner(a, b, safety)?))
        }
        // Also elements of the same type pass, unless they are primitive.
        (Type::Map(a), Type::Map(b)) if a == b && a.is_primitive() => None,
        (Type::Map(a), Type::Map(b)) => Some(Kind::Map(Type::clone(b), inner(a, b, safety)?)),
        (Type::Tuple(elements), Type::List(element) | Type::Set(element)) => {
            if elements.is_empty() {
                return Some(Kind::Empty(element.without_optional()));
            }
            let plans = from_tuple(elements, element, safety)?;
            Some(match to {
                Type::List(_) => Kind::TupleToList(plans),
                _ => Kind::TupleToSet(plans),
            })
        }
        (Type::Object(object), Type::Map(element)) => object_to_map(object, element, safety),
        (Type::Map(element), Type::Object(object)) if any => map_to_object(element, object, safety),
        _ => None,
    }
}

fn objects(from: &ObjectType, to: &ObjectType, safety: Safety) -> Option<Kind> {
    let mut attributes = Vec::with_capacity(to.attributes().len());
    for (name, to_type) in to.attributes() {
        match from.get(name) {
            Some(from_type) => attributes.push((name.clone(), inner(from_type, to_type, safety)?)),
            None if to.is_optional(name) => {}
            None => return None,
        }
    }
    Some(Kind::Object(attributes))
}

fn from_tuple(elements: &[Type], element: &Type, safety: Safety) -> Option<Vec<Inner>> {
    let unified;
    let element = if *element == Type::Dynamic {
        unified = unify_types(elements, safety)?.ty;
        if unified == Type::Dynamic && elements.iter().any(|ty| *ty != Type::Dynamic) {
            return None;
        }
        &unified
    } else {
        element
    };
    plans(elements.iter(), element, safety)
}

/// The plans for many types, which often are the same.
fn plans<'a>(
    types: impl Iterator<Item = &'a Type>,
    to: &Type,
    safety: Safety,
) -> Option<Vec<Inner>> {
    let mut last: Option<(&Type, Inner)> = None;
    let mut plans = Vec::with_capacity(types.size_hint().0);
    for ty in types {
        let plan = match &last {
            Some((same, plan)) if *same == ty => plan.clone(),
            _ => inner(ty, to, safety)?,
        };
        last = Some((ty, plan.clone()));
        plans.push(plan);
    }
    Some(plans)
}

fn object_to_map(object: &ObjectType, element: &Type, safety: Safety) -> Option<Kind> {
    if object.attributes().is_empty() {
        return Some(Kind::Empty(element.without_optional()));
    }
    let types = || object.attributes().iter().map(|(_, ty)| ty);
    let element = match element {
        Type::Dynamic => unify_types(&types().cloned().collect::<Vec<_>>(), safety)?.ty,
        other => other.clone(),
    };
    let names = object.attributes().iter().map(|(name, _)| name.clone());
    let plans = plans(types(), &element, safety)?;
    Some(Kind::ObjectToMap(element, names.zip(plans).collect()))
}

fn map_to_object(element: &Type, object: &ObjectType, safety: Safety) -> Option<Kind> {
    let mut attributes = Vec::with_capacity(object.attributes().len());
    for (name, ty) in object.attributes() {
        let plan = match inner(element, ty, safety) {
            Some(plan) => FromMap::Convert(plan),
            None if object.is_optional(name) => FromMap::Absent,
            None => return None,
        };
        attributes.push((name.clone(), plan));
    }
    Some(Kind::MapToObject(attributes))
}
