//! The one type that values of several types can be converted to.

use std::collections::HashSet;

use super::{ConvertError, Safety, can_convert, plan::Plan, sort::by_preference};
use crate::{ObjectType, Path, Type, Value};

/// The result of unification.
#[derive(Clone, Debug)]
pub(super) struct Unified {
    pub(super) ty: Type,
    /// Values become unknown, because one of the types may be anything.
    unknown: bool,
}

/// The type that values of all `types` can safely be converted to.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_types(types, Safety::Safe).map(|unified| unified.ty)
}

/// The type that values of all `types` can be converted to, depending on the
/// values.
pub fn unify_unsafe(types: &[Type]) -> Option<Type> {
    unify_types(types, Safety::Unsafe).map(|unified| unified.ty)
}

/// Converts all `values` to their unified type; `None` if there is none.
pub fn unify_values(
    values: &[Value],
    safety: Safety,
) -> Result<Option<(Type, Vec<Value>)>, ConvertError> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let Some(unified) = unify_types(&types, safety) else {
        return Ok(None);
    };
    let converted: Result<Vec<Value>, ConvertError> = values
        .iter()
        .zip(&types)
        .map(|(value, ty)| convert_one(value, ty, &unified, safety))
        .collect();
    Ok(Some((unified.ty.clone(), converted?)))
}

fn convert_one(
    value: &Value,
    ty: &Type,
    unified: &Unified,
    safety: Safety,
) -> Result<Value, ConvertError> {
    if unified.unknown {
        return Ok(Value::dynamic());
    }
    if *ty == unified.ty {
        return Ok(value.clone());
    }
    match Plan::new(ty, &unified.ty, safety) {
        Some(plan) => plan.run(value, &mut Path::new()),
        None => super::convert(value, &unified.ty),
    }
}

pub(super) fn unify_types(types: &[Type], safety: Safety) -> Option<Unified> {
    let first = types.first()?;
    if types.iter().all(|ty| ty == first) {
        return known(first.clone());
    }
    /// Of more types than this, repeated ones are looked at once.
    const MANY: usize = 32;
    if types.len() > MANY {
        let mut seen = HashSet::new();
        let distinct: Vec<Type> = types
            .iter()
            .filter(|ty| seen.insert(*ty))
            .cloned()
            .collect();
        return unify_distinct(&distinct, safety);
    }
    unify_distinct(types, safety)
}

fn known(ty: Type) -> Option<Unified> {
    Some(Unified { ty, unknown: false })
}

#[derive(Default)]
struct Counts {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamic: usize,
}

fn count(types: &[Type]) -> Counts {
    let mut counts = Counts::default();
    for ty in types {
        match ty {
            Type::Map(_) => counts.maps += 1,
            Type::List(_) => counts.lists += 1,
            Type::Set(_) => counts.sets += 1,
            Type::Object(_) => counts.objects += 1,
            Type::Tuple(_) => counts.tuples += 1,
            Type::Dynamic => counts.dynamic += 1,
            Type::Bool | Type::Number | Type::String => {}
        }
    }
    counts
}

fn unify_distinct(types: &[Type], safety: Safety) -> Option<Unified> {
    let all = types.len();
    let n = count(types);
    let unknown = Some(Unified {
        ty: Type::Dynamic,
        unknown: true,
    });
    if n.maps > 0 && n.maps + n.dynamic == all
        || n.lists > 0 && n.lists + n.dynamic == all
        || n.sets > 0 && n.sets + n.dynamic == all
        || n.objects > 0 && n.objects + n.dynamic == all
        || n.tuples > 0 && n.tuples + n.dynamic == all
    {
        return match n.dynamic {
            0 => unify_alike(types, safety),
            _ => unknown,
        };
    }
    if n.maps > 0 && n.maps + n.objects + n.dynamic == all {
        if let Some(unified) = unify_objects_as_maps(types, safety) {
            return Some(unified);
        }
    } else if n.lists > 0 && n.lists + n.tuples + n.dynamic == all {
        if let Some(unified) = unify_tuples_as_lists(types, safety) {
            return Some(unified);
        }
    } else if n.objects > 0 && n.tuples > 0 {
        return None;
    }
    by_preference(types)
        .into_iter()
        .filter_map(|index| types.get(index))
        .find(|wanted| types.iter().all(|ty| can_convert(ty, wanted, safety)))
        .and_then(|ty| known(ty.clone()))
}

/// Types of one kind.
fn unify_alike(types: &[Type], safety: Safety) -> Option<Unified> {
    match types.first()? {
        Type::Object(first) => unify_objects(types, first, safety),
        Type::Tuple(first) => unify_tuples(types, first.len(), safety),
        first => {
            let elements: Vec<Type> = types.iter().filter_map(Type::element).cloned().collect();
            let element = unify_types(&elements, safety)?.ty;
            let collection = match first {
                Type::Map(_) => Type::map(element),
                Type::Set(_) => Type::set(element),
                _ => Type::list(element),
            };
            all_convert(types, collection, safety)
        }
    }
}

/// `ty`, if all `types` can be converted to it.
fn all_convert(types: &[Type], ty: Type, safety: Safety) -> Option<Unified> {
    let convertible = types.iter().all(|from| can_convert(from, &ty, safety));
    convertible.then_some(ty).and_then(known)
}

fn objects_of(types: &[Type]) -> Vec<&ObjectType> {
    let objects = types.iter().filter_map(|ty| match ty {
        Type::Object(object) => Some(&**object),
        _ => None,
    });
    objects.collect()
}

fn tuples_of(types: &[Type]) -> Vec<&[Type]> {
    let tuples = types.iter().filter_map(|ty| match ty {
        Type::Tuple(elements) => Some(elements.as_slice()),
        _ => None,
    });
    tuples.collect()
}

fn unify_objects(types: &[Type], first: &ObjectType, safety: Safety) -> Option<Unified> {
    let objects = objects_of(types);
    let names = |object: &ObjectType| {
        let attributes = object.attributes().iter().zip(first.attributes());
        object.attributes().len() == first.attributes().len()
            && attributes.into_iter().all(|(a, b)| a.0 == b.0)
    };
    if !objects.iter().all(|object| names(object)) {
        return unify_objects_to_map(types, safety);
    }
    let mut attributes = Vec::with_capacity(first.attributes().len());
    for (index, (name, _)) in first.attributes().iter().enumerate() {
        let across = objects
            .iter()
            .filter_map(|object| object.attributes().get(index));
        let across: Vec<Type> = across.map(|(_, ty)| ty.clone()).collect();
        attributes.push((name.clone(), unify_types(&across, safety)?.ty));
    }
    let object = Type::object(attributes);
    all_convert(types, object, safety).or_else(|| unify_objects_to_map(types, safety))
}

fn unify_objects_to_map(types: &[Type], safety: Safety) -> Option<Unified> {
    let objects = objects_of(types);
    let attributes = objects.iter().flat_map(|object| object.attributes());
    let attributes: Vec<Type> = attributes.map(|(_, ty)| ty.clone()).collect();
    let element = unify_types(&attributes, safety)?.ty;
    all_convert(types, Type::map(element), safety)
}

fn unify_tuples(types: &[Type], length: usize, safety: Safety) -> Option<Unified> {
    let tuples = tuples_of(types);
    if tuples.iter().any(|tuple| tuple.len() != length) {
        return unify_tuples_to_list(types, safety);
    }
    let mut elements = Vec::with_capacity(length);
    for index in 0..length {
        let across = tuples.iter().filter_map(|tuple| tuple.get(index));
        let across: Vec<Type> = across.cloned().collect();
        elements.push(unify_types(&across, safety)?.ty);
    }
    all_convert(types, Type::tuple(elements), safety)
        .or_else(|| unify_tuples_to_list(types, safety))
}

fn unify_tuples_to_list(types: &[Type], safety: Safety) -> Option<Unified> {
    let elements: Vec<Type> = tuples_of(types).concat();
    let element = unify_types(&elements, safety)?.ty;
    all_convert(types, Type::list(element), safety)
}

fn unify_tuples_as_lists(types: &[Type], safety: Safety) -> Option<Unified> {
    let is_tuple = |ty: &Type| matches!(ty, Type::Tuple(_));
    let tuples: Vec<Type> = types.iter().filter(|ty| is_tuple(ty)).cloned().collect();
    let list = unify_tuples_to_list(&tuples, safety)?.ty;
    let replaced = types.iter().map(|ty| if is_tuple(ty) { &list } else { ty });
    let replaced: Vec<Type> = replaced.cloned().collect();
    let unified = unify_types(&replaced, safety)?;
    matches!(unified.ty, Type::List(_)).then_some(unified)
}

fn unify_objects_as_maps(types: &[Type], safety: Safety) -> Option<Unified> {
    let is_object = |ty: &Type| matches!(ty, Type::Object(_));
    let objects: Vec<Type> = types.iter().filter(|ty| is_object(ty)).cloned().collect();
    let map = unify_objects_to_map(&objects, safety)?.ty;
    let replaced = types.iter().map(|ty| if is_object(ty) { &map } else { ty });
    let replaced: Vec<Type> = replaced.cloned().collect();
    let unified = unify_types(&replaced, safety)?;
    matches!(unified.ty, Type::Map(_)).then_some(unified)
}
