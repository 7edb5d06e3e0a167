//! How large a result may get that is made of arguments.

use trueup_value::Value;

use crate::function::FunctionError;

/// The longest text a function puts together, in bytes.
pub(super) const MAX_TEXT: usize = 1 << 26;

/// How many elements a collection may have that a function makes.
pub(super) const MAX_ELEMENTS: usize = 1_000_000;

/// That a text would be longer than any configuration should need.
pub(super) fn too_long() -> FunctionError {
    FunctionError::new("the result would be too long")
}

/// Whether a collection may be made that has all elements of `parts`.
pub(super) fn check_elements<'a>(
    parts: impl IntoIterator<Item = &'a Value>,
) -> Result<(), FunctionError> {
    let lengths = parts.into_iter().map(|part| part.unmarked().0.length());
    let total = lengths.flatten().fold(0, usize::saturating_add);
    match total > MAX_ELEMENTS {
        true => Err(too_long()),
        false => Ok(()),
    }
}

/// Whether a text of `length` bytes may be made.
pub(super) fn check(length: usize) -> Result<(), FunctionError> {
    match length > MAX_TEXT {
        true => Err(too_long()),
        false => Ok(()),
    }
}

/// Whether all of `value` may be written out. What is shared counts as often
/// as it is there, so that no small value stands for an endless text.
pub(super) fn check_written(value: &Value) -> Result<(), FunctionError> {
    let mut left = MAX_TEXT;
    match weigh(value, &mut left) {
        Some(()) => Ok(()),
        None => Err(too_long()),
    }
}

fn weigh(value: &Value, left: &mut usize) -> Option<()> {
    let own = match value {
        Value::String(text) => text.len(),
        Value::Number(number) => number.to_u64().map_or(32, |_| 1),
        _ => 1,
    };
    *left = left.checked_sub(own)?;
    match value {
        Value::Map(map) => {
            for (key, element) in map.entries() {
                *left = left.checked_sub(key.len())?;
                weigh(element, left)?;
            }
        }
        Value::Object(object) => {
            for (key, element) in object.attributes() {
                *left = left.checked_sub(key.len())?;
                weigh(element, left)?;
            }
        }
        _ => {
            for element in value.values() {
                weigh(element, left)?;
            }
        }
    }
    Some(())
}
