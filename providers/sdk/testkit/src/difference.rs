//! Where two values differ, in words.

use trueup_value::{Path, Value};

/// A line for each place at which two values differ.
pub(crate) fn difference(expected: &Value, found: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(&Path::new(), expected, found, &mut lines);
    lines
}

fn compare(path: &Path, expected: &Value, found: &Value, lines: &mut Vec<String>) {
    if expected == found {
        return;
    }
    match (expected, found) {
        (Value::Object(one), Value::Object(other))
            if one.attributes().len() == other.attributes().len() =>
        {
            for (name, value) in one.attributes() {
                let absent = Value::null(value.ty());
                let path = path.clone().attr(name.clone());
                compare(&path, value, other.get(name).unwrap_or(&absent), lines);
            }
        }
        (Value::List(one), Value::List(other))
            if one.elements().len() == other.elements().len() =>
        {
            let pairs = one.elements().iter().zip(other.elements());
            for (at, (one, other)) in pairs.enumerate() {
                let path = path.clone().index(Value::number(at));
                compare(&path, one, other, lines);
            }
        }
        _ => lines.push(format!("{path} should be {expected:?} and is {found:?}")),
    }
}
