//! Empty texts, zeros and empty collections.
//!
//! States of Terraform's provider have them where nothing is configured; they
//! are no differences.

use trueup_value::{Type, Value};

use super::convert::is_blank;

/// The value before, with null where it is blank and nothing is planned.
pub(crate) fn without(before: &Value, planned: &Value) -> Value {
    pairwise(before, planned, &|before, planned| {
        let blank = planned.is_null() && is_blank(before) && !is_collection_of_objects(before);
        blank.then(|| planned.clone())
    })
}

/// What is planned, with what was blank before where nothing is planned.
pub(crate) fn restored(planned: &Value, before: &Value) -> Value {
    pairwise(planned, before, &|planned, before| {
        let kept = planned.is_null() && is_blank(before);
        kept.then(|| before.clone())
    })
}

type Choose<'a> = dyn Fn(&Value, &Value) -> Option<Value> + 'a;

fn pairwise(one: &Value, other: &Value, choose: &Choose<'_>) -> Value {
    if let Some(chosen) = choose(one, other) {
        return chosen;
    }
    match (one, other) {
        (Value::Object(own), Value::Object(other)) => {
            let attributes = own.attributes().iter().map(|(name, value)| {
                let counterpart = other.get(name).cloned();
                let counterpart = counterpart.unwrap_or_else(|| Value::null(Type::Dynamic));
                (name.clone(), pairwise(value, &counterpart, choose))
            });
            Value::object(attributes)
        }
        (Value::List(own), Value::List(other)) => {
            let elements = own.elements().iter().enumerate().map(|(place, value)| {
                match other.elements().get(place) {
                    Some(counterpart) => pairwise(value, counterpart, choose),
                    None => value.clone(),
                }
            });
            Value::list(own.element_type().clone(), elements.collect())
        }
        _ => one.clone(),
    }
}

/// Blocks are never null.
fn is_collection_of_objects(value: &Value) -> bool {
    matches!(value.ty().element(), Some(Type::Object(_)))
}
