//! What is known of unknown values.

use trueup_value::{Marks, Number, Type, Value, ops};

fn unknown(ty: Type) -> Value {
    Value::unknown(ty)
}

#[test]
fn exact_refinements_are_values() {
    let number = |min: i64, max: i64| {
        let refine = unknown(Type::Number).refine().not_null();
        refine
            .min(&min.into(), true)
            .max(&max.into(), true)
            .finish()
    };
    assert_eq!(number(3, 3), Value::number(3));
    assert!(!number(3, 4).is_known());
    let collection = |ty: Type, length: u64| {
        let refine = unknown(ty).refine().not_null();
        refine.min_length(length).max_length(length).finish()
    };
    let none = || Vec::<(&str, Value)>::new();
    assert_eq!(
        collection(Type::map(Type::Bool), 0),
        Value::map(Type::Bool, none())
    );
    assert_eq!(
        collection(Type::list(Type::Bool), 2),
        Value::list(Type::Bool, vec![unknown(Type::Bool); 2])
    );
    assert!(!collection(Type::map(Type::Bool), 1).is_known());
}

#[test]
fn contradictions_are_ignored() {
    let value = unknown(Type::Number)
        .refine()
        .min(&5.into(), true)
        .max(&4.into(), true)
        .finish();
    assert_eq!(
        value.number_bounds(),
        Some(((Number::from(5), true), (Number::INFINITY, false)))
    );
    let value = unknown(Type::String)
        .refine()
        .prefix_full("abc")
        .prefix_full("xyz1")
        .finish();
    assert_eq!(value.string_prefix(), "abc");
    assert_eq!(Value::dynamic().refine_not_null(), Value::dynamic());
    assert_eq!(
        Value::bool(true).refine().min_length(3).finish(),
        Value::bool(true)
    );
}

#[test]
fn marks_survive_refinement() {
    let secret = unknown(Type::String)
        .with_marks(Marks::SENSITIVE)
        .refine_not_null();
    assert_eq!(secret.marks(), Marks::SENSITIVE);
    assert!(secret.is_not_null());
}

#[test]
fn operators_use_what_is_known() {
    let positive = unknown(Type::Number).refine().min(&1.into(), true).finish();
    let zero = Value::number(0);
    assert_eq!(ops::less_than(&zero, &positive), Ok(Value::bool(true)));
    assert_eq!(ops::greater_than(&zero, &positive), Ok(Value::bool(false)));
    let text = unknown(Type::String).refine_not_null();
    let null = Value::null(Type::Dynamic);
    assert_eq!(ops::equals(&text, &null), Ok(Value::bool(false)));
    let bucket = unknown(Type::String).refine().prefix_full("arn:").finish();
    assert_eq!(
        ops::equals(&bucket, &Value::string("x")),
        Ok(Value::bool(false))
    );
    let length = ops::length(
        &unknown(Type::list(Type::Bool))
            .refine()
            .min_length(2)
            .finish(),
    );
    let bounds = length.expect("number").number_bounds();
    assert_eq!(bounds.map(|(min, _)| min), Some((Number::from(2), true)));
}
