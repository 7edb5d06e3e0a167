//! Marks by name: `sensitive`, `nonsensitive`, `issensitive`,
//! `ephemeralasnull`.

use trueup_value::{Marks, Type, Value};

use super::Named;
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![
        (
            "ephemeralasnull",
            marking(
                "Replaces the ephemeral values in a value by null.",
                without_ephemeral,
            ),
        ),
        ("issensitive", issensitive()),
        (
            "nonsensitive",
            marking("Takes the sensitive mark from a value.", |value| {
                let (inner, marks) = value.unmarked();
                inner.with_marks(marks.without(Marks::SENSITIVE))
            }),
        ),
        (
            "sensitive",
            marking("Marks a value as sensitive.", |value| {
                value.with_marks(Marks::SENSITIVE)
            }),
        ),
    ]
}

fn value() -> Param {
    Param::new("value", Type::Dynamic)
        .describe("The value.")
        .nullable()
        .unknowable()
        .dynamic()
        .markable()
}

fn marking(description: &'static str, body: fn(&Value) -> Value) -> Function {
    let result = |args: &[Value]| Ok(args.first().map_or(Type::Dynamic, Value::ty));
    Function::typed(description, vec![value()], result, move |args, _| {
        let value = args.first().map(body);
        value.ok_or_else(|| FunctionError::new("a value is required"))
    })
}

fn issensitive() -> Function {
    let description = "Tells whether a value is marked as sensitive.";
    Function::new(description, vec![value()], Type::Bool, |args| {
        let Some(value) = args.first() else {
            return Err(FunctionError::new("a value is required"));
        };
        let sensitive = value.marks().contains(Marks::SENSITIVE);
        // What is unknown may still turn out to be sensitive.
        if !sensitive && !value.is_known() {
            return Ok(Value::unknown(Type::Bool));
        }
        Ok(Value::bool(sensitive))
    })
    .maybe_null()
}

fn without_ephemeral(value: &Value) -> Value {
    if !value.contains_marked() {
        return value.clone();
    }
    let (inner, marks) = value.unmarked();
    if marks.contains(Marks::EPHEMERAL) {
        // What is unknown may still turn out not to be ephemeral.
        let null = match inner.is_known() {
            true => Value::null(inner.ty()),
            false => Value::unknown(inner.ty()),
        };
        return null.with_marks(marks.without(Marks::EPHEMERAL));
    }
    inner
        .map_values(&mut |_, value| without_ephemeral(value))
        .with_marks(marks)
}
