//! Defaults and emptiness.

use super::arguments::{put, put_variadic};
use crate::{Functions, Kind, Type, Value};

const ANY: Type = Type::Any;

pub(super) fn add(functions: &mut Functions) {
    put_variadic(functions, "default", &[ANY], ANY, |args| {
        Ok(args.value(if args.rest(1).first().is_none_or(is_empty) {
            0
        } else {
            1
        }))
    });
    put(functions, "empty", &[ANY], |args| {
        Ok(is_empty(&args.value(0)).into())
    });
    put_variadic(functions, "coalesce", &[], ANY, |args| {
        Ok(args
            .0
            .iter()
            .find(|value| !is_empty(value))
            .cloned()
            .unwrap_or(Value::NIL))
    });
    put_variadic(functions, "all", &[], ANY, |args| {
        Ok((!args.0.iter().any(is_empty)).into())
    });
    put_variadic(functions, "any", &[], ANY, |args| {
        Ok((!args.0.iter().all(is_empty)).into())
    });
    put(functions, "ternary", &[ANY, ANY, Type::Bool], |args| {
        Ok(args.value(if args.bool(2) { 0 } else { 1 }))
    });
}

/// Sprig's `empty`: nil, false, zero and what has no elements.
pub(super) fn is_empty(value: &Value) -> bool {
    match value.kind() {
        Kind::Object(_) | Kind::Func(_) => false,
        _ => !value.is_true(),
    }
}
