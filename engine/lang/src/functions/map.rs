//! Functions on maps and objects.

use std::collections::BTreeMap;

use trueup_value::{Marks, Str, Type, Value, convert, quote};

use super::{Named, bound, list::element_of};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
    redact::redacted,
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("keys", keys()),
        ("lookup", lookup()),
        ("merge", merge()),
        ("transpose", transpose()),
        ("values", values()),
        ("zipmap", zipmap()),
    ]
}

fn any(name: &'static str) -> Param {
    Param::new(name, Type::Dynamic)
}

fn keys() -> Function {
    Function::typed(
        "The keys of a map, or the attribute names of an object, in order.",
        vec![any("inputMap").unknowable().markable()],
        |args| match args[0].ty() {
            Type::Map(_) => Ok(Type::list(Type::String)),
            Type::Object(object) => {
                let count = object.attributes().len();
                Ok(Type::tuple(std::iter::repeat_n(Type::String, count)))
            }
            _ => Err(FunctionError::argument(0, "must have map or object type")),
        },
        |args, ty| {
            let (bare, marks) = args[0].unmarked();
            let keys = match bare.ty() {
                Type::Object(object) => {
                    let names = object.attributes().iter();
                    Value::tuple(names.map(|(name, _)| Value::String(name.clone())).collect())
                }
                _ if !bare.is_known() => Value::unknown(ty.clone()),
                _ => Value::list(Type::String, bare.elements().map(|(key, _)| key).collect()),
            };
            Ok(keys.with_marks(marks))
        },
    )
    .not_null()
}

fn lookup() -> Function {
    let default = any("default").nullable().unknowable().dynamic().markable();
    Function::typed(
        "The element of a map with a key, or a default if there is none.",
        vec![
            any("inputMap").unknowable().markable(),
            Param::new("key", Type::String).unknowable().markable(),
        ],
        lookup_type,
        |args, ty| {
            let ((map, marks), (key, key_marks)) = (args[0].unmarked(), args[1].unmarked());
            let all = marks | key_marks;
            let Some(name) = key.as_str().filter(|_| map.is_known()) else {
                return Ok(Value::unknown(ty.clone()).with_marks(all));
            };
            if let Some(value) = map.get(name) {
                return Ok(value.with_marks(all));
            }
            let Some(default) = args.get(2) else {
                let shown = redacted(name, key_marks);
                let message = format!("lookup failed to find key {shown}");
                return Err(FunctionError::new(message));
            };
            let default = convert::convert(default, ty)
                .map_err(|error| FunctionError::new(error.to_string()))?;
            Ok(default.with_marks(all))
        },
    )
    .variadic(default)
}

fn lookup_type(args: &[Value]) -> Result<Type, FunctionError> {
    if args.len() > 3 {
        let message = format!("lookup() takes two or three arguments, got {}", args.len());
        return Err(FunctionError::new(message));
    }
    let map = args[0].unmarked().0;
    if let Value::Object(object) = map {
        return attribute_type(args, |name| object.get(name).map(Value::ty));
    }
    match map.ty() {
        Type::Object(object) => attribute_type(args, |name| object.get(name).cloned()),
        Type::Map(element) => match args.get(2) {
            Some(default) if convert::convert(default, &element).is_err() => {
                Err(FunctionError::argument(
                    2,
                    "the default value must have the same type as the map elements",
                ))
            }
            _ => Ok(element.as_ref().clone()),
        },
        _ => Err(FunctionError::argument(
            0,
            "lookup() requires a map as the first argument",
        )),
    }
}

/// The type of the attribute that `lookup` leads to.
fn attribute_type(
    args: &[Value],
    find: impl Fn(&str) -> Option<Type>,
) -> Result<Type, FunctionError> {
    let (key, marks) = args[1].unmarked();
    let Some(name) = key.as_str() else {
        return Ok(Type::Dynamic);
    };
    let found = find(name).or_else(|| args.get(2).map(Value::ty));
    found.ok_or_else(|| {
        let name = redacted(name, marks);
        FunctionError::argument(0, format!("the given object has no attribute {name}"))
    })
}

fn merge() -> Function {
    Function::typed(
        "One map or object of the elements of several; of equal keys the last counts.",
        Vec::new(),
        merge_type,
        |args, ty| {
            let mut marks = Marks::NONE;
            let mut merged: Vec<(Str, Value)> = Vec::new();
            for arg in args {
                let (bare, own) = arg.unmarked();
                if bare.is_null() {
                    continue;
                }
                marks |= own;
                match bare {
                    Value::Map(map) => merged.extend_from_slice(map.entries()),
                    Value::Object(object) => merged.extend_from_slice(object.attributes()),
                    // After an untyped null nobody has looked at its type.
                    other if other.length() == Some(0) => {}
                    other => return Err(not_mergeable(&other.ty())),
                }
            }
            let value = match ty {
                Type::Map(element) => Value::map(element.as_ref().clone(), merged),
                _ => Value::object(merged),
            };
            Ok(value.with_marks(marks))
        },
    )
    .variadic(any("maps").nullable().dynamic().markable())
    .not_null()
}

fn merge_type(args: &[Value]) -> Result<Type, FunctionError> {
    let Some(first) = args.first().map(Value::ty) else {
        return Ok(Value::empty_object().ty());
    };
    bound::check_elements(args)?;
    let mut attributes: BTreeMap<Str, Type> = BTreeMap::new();
    let mut known = true;
    let mut same = true;
    for arg in args {
        let bare = arg.unmarked().0;
        same &= bare.has_type(&first);
        match (bare.ty(), bare) {
            (Type::Dynamic, _) => return Ok(Type::Dynamic),
            (Type::Map(_) | Type::Object(_), Value::Null(_)) => {}
            (Type::Object(object), _) => {
                attributes.extend(object.attributes().iter().cloned());
            }
            (Type::Map(element), Value::Map(map)) => {
                let keys = map.entries().iter().map(|(key, _)| key.clone());
                attributes.extend(keys.map(|key| (key, element.as_ref().clone())));
            }
            (Type::Map(_), _) => known = false,
            (ty, _) => return Err(not_mergeable(&ty)),
        }
    }
    if same {
        return Ok(first);
    }
    Ok(if known {
        Type::object(attributes)
    } else {
        Type::Dynamic
    })
}

fn not_mergeable(ty: &Type) -> FunctionError {
    let name = quote(&ty.to_string());
    FunctionError::new(format!("arguments must be maps or objects, got {name}"))
}

fn transpose() -> Function {
    let ty = Type::map(Type::list(Type::String));
    Function::new(
        "A map of lists of strings turned around: for each string, the keys of the lists it is in.",
        vec![Param::new("values", ty.clone())],
        ty.clone(),
        move |args| {
            if !args[0].is_wholly_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            let mut turned: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
            for (key, list) in args[0].elements() {
                if list.is_null() {
                    let message = "input must not contain null list";
                    return Err(FunctionError::new(message));
                }
                for text in list.values() {
                    let Value::String(text) = text else {
                        let message = "input list must not contain null string";
                        return Err(FunctionError::new(message));
                    };
                    turned.entry(text.clone()).or_default().push(key.clone());
                }
            }
            let lists = turned
                .into_iter()
                .map(|(text, keys)| (text, Value::list(Type::String, keys)));
            Ok(Value::map(Type::list(Type::String), lists))
        },
    )
}

fn values() -> Function {
    Function::typed(
        "The elements of a map, or the attributes of an object, in order of their keys.",
        vec![any("mapping").markable()],
        |args| match args[0].ty() {
            Type::Map(element) => Ok(Type::List(element)),
            Type::Object(object) => {
                let types = object.attributes().iter().map(|(_, ty)| ty.clone());
                Ok(Type::tuple(types))
            }
            _ => Err(FunctionError::new(
                "values() requires a map as the first argument",
            )),
        },
        |args, ty| {
            let (bare, marks) = args[0].unmarked();
            let items = bare.values().cloned().collect();
            let value = match ty {
                Type::List(_) => Value::list(element_of(bare), items),
                _ => Value::tuple(items),
            };
            Ok(value.with_marks(marks))
        },
    )
    .not_null()
}

fn zipmap() -> Function {
    Function::typed(
        "A map of the keys in one list to the values at the same index of another.",
        vec![
            Param::new("keys", Type::list(Type::String)).markable(),
            any("values").markable(),
        ],
        zipmap_type,
        |args, ty| {
            let ((keys, marks), (values, more)) = (args[0].unmarked(), args[1].unmarked());
            let mut marks = marks | more;
            if !keys.is_wholly_known() {
                return Ok(Value::unknown(ty.clone()).with_marks(marks));
            }
            check_lengths(keys, values)?;
            let mut entries = Vec::with_capacity(keys.length().unwrap_or(0));
            for (key, value) in keys.values().zip(values.values()) {
                let (key, key_marks) = key.unmarked();
                marks |= key_marks;
                let Value::String(key) = key else {
                    let index = entries.len();
                    return Err(null_key(index));
                };
                entries.push((key.clone(), value.clone()));
            }
            let value = match ty {
                Type::Map(element) => Value::map(element.as_ref().clone(), entries),
                _ => Value::object(entries),
            };
            Ok(value.with_marks(marks))
        },
    )
    .not_null()
}

fn zipmap_type(args: &[Value]) -> Result<Type, FunctionError> {
    let (keys, values) = (args[0].unmarked().0, &args[1]);
    match values.ty() {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(_) if !keys.is_wholly_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let count = keys.length().unwrap_or(0);
            if count != types.len() {
                return Err(lengths_differ(count, types.len()));
            }
            let names = keys.values().enumerate().map(|(index, key)| {
                let key = key.unmarked().0.as_str();
                key.map(Str::from).ok_or_else(|| null_key(index))
            });
            let names = names.collect::<Result<Vec<_>, _>>()?;
            Ok(Type::object(names.into_iter().zip(types.iter().cloned())))
        }
        _ => Err(FunctionError::new(
            "values argument must be a list or tuple value",
        )),
    }
}

fn null_key(index: usize) -> FunctionError {
    FunctionError::new(format!("keys list has null value at index {index}"))
}

fn check_lengths(keys: &Value, values: &Value) -> Result<(), FunctionError> {
    let count = |value: &Value| value.length().unwrap_or(0);
    if count(keys) == count(values) {
        return Ok(());
    }
    Err(lengths_differ(count(keys), count(values)))
}

fn lengths_differ(keys: usize, values: usize) -> FunctionError {
    FunctionError::new(format!(
        "number of keys ({keys}) does not match number of values ({values})"
    ))
}
