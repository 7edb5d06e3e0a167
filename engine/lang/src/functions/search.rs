//! Functions that look into collections: `coalesce`, `contains`, `index`,
//! `length`, `matchkeys` and `one`.

use std::collections::HashSet;

use trueup_value::{Kind, Type, Value, convert, ops};

use super::{
    Named, grapheme,
    known::Known,
    list::{element_of, equal},
};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("coalesce", coalesce()),
        ("contains", contains()),
        ("index", index()),
        ("length", length()),
        ("matchkeys", matchkeys()),
        ("one", one()),
    ]
}

fn any(name: &'static str) -> Param {
    Param::new(name, Type::Dynamic)
}

fn coalesce() -> Function {
    Function::typed(
        "The first argument that is neither null nor an empty string.",
        Vec::new(),
        |args| {
            let types: Vec<Type> = args.iter().map(Value::ty).collect();
            convert::unify_unsafe(&types)
                .ok_or_else(|| FunctionError::new("all arguments must have the same type"))
        },
        |args, ty| {
            for arg in args {
                // What the common type cannot hold counts as null, as in Terraform.
                let Ok(arg) = convert::convert(arg, ty) else {
                    continue;
                };
                if !arg.is_known() {
                    return Ok(Value::unknown(ty.clone()));
                }
                if !arg.is_null() && arg.as_str() != Some("") {
                    return Ok(arg);
                }
            }
            Err(FunctionError::new(
                "no non-null, non-empty-string arguments",
            ))
        },
    )
    .variadic(any("vals").nullable().unknowable().dynamic())
    .not_null()
}

fn contains() -> Function {
    Function::new(
        "Whether a value is an element of a list, tuple or set.",
        vec![any("list"), any("value")],
        Type::Bool,
        |args| {
            let [list, wanted] = args else {
                return Err(FunctionError::new("a list and a value are required"));
            };
            if !matches!(list.kind(), Kind::List | Kind::Tuple | Kind::Set) {
                return Err(FunctionError::new("argument must be list, tuple, or set"));
            }
            let mut certain = true;
            for element in list.values() {
                match equal(wanted, element)? {
                    Some(true) => return Ok(Value::bool(true)),
                    Some(false) => {}
                    None => certain = false,
                }
            }
            Ok(match certain {
                true => Value::bool(false),
                false => Value::unknown(Type::Bool),
            })
        },
    )
}

fn index() -> Function {
    Function::new(
        "The first index of a value in a list.",
        vec![any("list"), any("value")],
        Type::Number,
        |args| {
            let [list, wanted] = args else {
                return Err(FunctionError::new("a list and a value are required"));
            };
            if !matches!(list.kind(), Kind::List | Kind::Tuple) {
                return Err(FunctionError::new("argument must be a list or tuple"));
            }
            if list.length() == Some(0) {
                return Err(FunctionError::new("cannot search an empty list"));
            }
            for (place, element) in list.elements() {
                match equal(&element, wanted)? {
                    Some(true) => return Ok(place),
                    Some(false) => {}
                    None => return Ok(Value::unknown(Type::Number)),
                }
            }
            Err(FunctionError::new("item not found"))
        },
    )
}

fn length() -> Function {
    let value = any("value").unknowable().dynamic().markable();
    Function::typed(
        "How many elements a collection has, or characters a string.",
        vec![value],
        |args| match args[0].kind() {
            Kind::Bool | Kind::Number => Err(FunctionError::new(
                "argument must be a string, a collection type, or a structural type",
            )),
            _ => Ok(Type::Number),
        },
        |args, _| {
            let (bare, marks) = args[0].unmarked();
            let length = match bare.kind() {
                Kind::String => characters(bare),
                Kind::Dynamic => Value::unknown(Type::Number),
                _ => ops::length(bare).map_err(|error| FunctionError::new(error.to_string()))?,
            };
            Ok(length.with_marks(marks))
        },
    )
    .not_null()
}

fn count(length: usize) -> Value {
    Value::number(i64::try_from(length).unwrap_or(i64::MAX))
}

/// The number of grapheme clusters of a string; of an unknown one at least
/// those of its prefix.
fn characters(text: &Value) -> Value {
    let known = count(grapheme::count(text.string_prefix()));
    match known.as_number() {
        Some(least) if !text.is_known() => Value::unknown(Type::Number)
            .refine()
            .min(least, true)
            .finish(),
        _ => known,
    }
}

fn matchkeys() -> Function {
    let list = |name| Param::new(name, Type::list(Type::Dynamic));
    Function::typed(
        "The values whose keys, at the same index of a second list, are in a third.",
        vec![list("values"), list("keys"), list("searchset")],
        |args| match convert::unify_unsafe(&[args[1].ty(), args[2].ty()]) {
            Some(_) => Ok(args[0].ty()),
            None => Err(FunctionError::new(
                "keys and searchset must be of the same type",
            )),
        },
        |args, ty| {
            let [values, keys, wanted] = args else {
                return Err(FunctionError::new("three lists are required"));
            };
            if values.length() != keys.length() {
                return Err(FunctionError::new(
                    "length of keys and values should be equal",
                ));
            }
            let common =
                convert::unify_unsafe(&[keys.ty(), wanted.ty()]).unwrap_or_else(|| keys.ty());
            let convert = |list: &Value| {
                convert::convert(list, &common)
                    .map_err(|error| FunctionError::new(error.to_string()))
            };
            let (keys, wanted) = (convert(keys)?, convert(wanted)?);
            if wanted.length() == Some(0) {
                return Ok(Value::list(element_of(values), Vec::new()));
            }
            if !values.is_wholly_known() || !keys.is_wholly_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            Ok(Value::list(
                element_of(values),
                matching(values, &keys, &wanted),
            ))
        },
    )
    .not_null()
}

/// The values whose keys are wanted. If a key meets an unknown wanted one
/// before an equal one, nothing matches at all.
fn matching(values: &Value, keys: &Value, wanted: &Value) -> Vec<Value> {
    let certain = wanted.values().take_while(|value| value.is_wholly_known());
    let certain: HashSet<Known<'_>> = certain.map(Known).collect();
    let doubtful = !wanted.is_wholly_known();
    let mut found = Vec::new();
    for (key, value) in keys.values().zip(values.values()) {
        if certain.contains(&Known(key)) {
            found.push(value.clone());
        } else if doubtful {
            return Vec::new();
        }
    }
    found
}

fn one() -> Function {
    const TOO_MANY: &str = "must be a list, set, or tuple value with either zero or one elements";
    Function::typed(
        "The only element of a list, set or tuple, or null if it is empty.",
        vec![any("list")],
        |args| match args[0].ty() {
            Type::List(element) | Type::Set(element) => Ok(element.as_ref().clone()),
            Type::Tuple(types) if types.len() <= 1 => {
                Ok(types.first().cloned().unwrap_or(Type::Dynamic))
            }
            _ => Err(FunctionError::argument(0, TOO_MANY)),
        },
        |args, ty| {
            let (fewest, most) = match &args[0] {
                set @ Value::Set(_) => set.length_bounds(),
                other => {
                    let length = other.length().unwrap_or_default() as u64;
                    (length, length)
                }
            };
            if fewest != most {
                return Ok(Value::unknown(ty.clone()));
            }
            match (most, args[0].values().next()) {
                (0, _) => Ok(Value::null(ty.clone())),
                (1, Some(only)) => Ok(only.clone()),
                _ => Err(FunctionError::argument(0, TOO_MANY)),
            }
        },
    )
}
