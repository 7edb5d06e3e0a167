//! Functions that are gone, kept to say what to write instead.

use trueup_value::{Type, Value};

use super::Named;
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

/// The names of functions that only say what to write instead.
pub const REMOVED: [&str; 2] = ["list", "map"];

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        ("list", removed("list", "tolist([ ... ])")),
        ("map", removed("map", "tomap({ ... })")),
    ]
}

fn removed(name: &'static str, instead: &'static str) -> Function {
    let values = Param::new("vals", Type::Dynamic)
        .nullable()
        .unknowable()
        .dynamic();
    let refuse = move |_: &[Value]| {
        Err(FunctionError::new(format!(
            "the \"{name}\" function was deprecated in Terraform v0.12 and is no longer available; use {instead} syntax to write a literal {name}"
        )))
    };
    let description = "Gone since version 0.12 of the language.";
    Function::typed(description, Vec::new(), refuse, |_, ty| {
        Ok(Value::unknown(ty.clone()))
    })
    .variadic(values)
}
