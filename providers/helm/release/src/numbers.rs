//! Numbers as Go writes them.

use serde_json::{Map, Value};

/// Go writes floats without a fraction like integers.
pub(crate) fn whole_numbers(values: &mut Map<String, Value>) {
    values.values_mut().for_each(whole_number);
}

/// The same for one value and all that is in it.
pub(crate) fn whole_number(value: &mut Value) {
    /// Beyond, neighbouring floats are more than 1 apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|_| number.is_f64());
            if let Some(float) = float
                && float.fract() == 0.0
                && float.abs() < EXACT
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
                let whole = float as i64;
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_number),
        Value::Object(map) => whole_numbers(map),
        _ => {}
    }
}
