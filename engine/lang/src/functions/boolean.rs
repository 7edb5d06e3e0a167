//! `alltrue` and `anytrue`.

use trueup_value::{Type, Value};

use super::Named;
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("alltrue", all_true()), ("anytrue", any_true())]
}

fn over_bools(description: &'static str, body: fn(&Value) -> Value) -> Function {
    let list = Param::new("list", Type::list(Type::Bool));
    let body = move |args: &[Value]| match args {
        [list] => Ok(body(list)),
        _ => Err(FunctionError::new("one list is required")),
    };
    Function::new(description, vec![list], Type::Bool, body)
}

fn all_true() -> Function {
    over_bools(
        "Whether every element of a list is true; null counts as false, and an empty list as true.",
        |list| {
            for element in list.values() {
                if !element.is_known() {
                    return Value::unknown(Type::Bool);
                }
                if element.as_bool() != Some(true) {
                    return Value::bool(false);
                }
            }
            Value::bool(true)
        },
    )
}

fn any_true() -> Function {
    over_bools(
        "Whether an element of a list is true; null counts as false.",
        |list| {
            let is_true = |element: &Value| element.as_bool() == Some(true);
            if list.values().any(is_true) {
                Value::bool(true)
            } else if list.values().all(Value::is_known) {
                Value::bool(false)
            } else {
                Value::unknown(Type::Bool)
            }
        },
    )
}
