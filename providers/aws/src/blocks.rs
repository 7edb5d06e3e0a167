//! Nested blocks of an object: taken apart, and put together.

use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

/// The blocks or objects under a name, as far as they are known.
pub(crate) fn blocks(object: &Fields, name: &str) -> Vec<Fields> {
    let blocks = object.get(name).values();
    blocks
        .filter(|block| !block.is_null())
        .map(Fields::of)
        .collect()
}

/// The first of the blocks under a name.
pub(crate) fn block(object: &Fields, name: &str) -> Option<Fields> {
    let first = object.get(name).values().next()?;
    (!first.is_null()).then(|| Fields::of(first))
}

/// A list of objects that all have the attributes of `empty`.
pub(crate) fn list(empty: &Fields, items: impl IntoIterator<Item = Fields>) -> Value {
    let items = items.into_iter().map(Fields::into_value);
    Value::list(empty.clone().into_value().ty(), items.collect())
}

/// A set of objects that all have the attributes of `empty`.
pub(crate) fn set(empty: &Fields, items: impl IntoIterator<Item = Fields>) -> Value {
    let items = items.into_iter().map(Fields::into_value);
    Value::set(empty.clone().into_value().ty(), items.collect())
}

/// A set of texts.
pub(crate) fn text_set<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Value {
    let texts = texts.into_iter().map(|text| Value::string(text.as_ref()));
    Value::set(Type::String, texts.collect())
}

/// A list of texts.
pub(crate) fn text_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Value {
    let texts = texts.into_iter().map(|text| Value::string(text.as_ref()));
    Value::list(Type::String, texts.collect())
}

/// The texts of a list or set; null and unknown ones are left out.
pub(crate) fn texts(object: &Fields, name: &str) -> Vec<String> {
    let values = object.get(name).values();
    values
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// A text, null where there is none.
pub(crate) fn text(text: Option<&str>) -> Value {
    text.map_or_else(|| Value::null(Type::String), Value::string)
}

/// A number, null where there is none.
pub(crate) fn number(number: Option<impl Into<i64>>) -> Value {
    match number {
        Some(number) => Value::number(number.into()),
        None => Value::null(Type::Number),
    }
}

/// A truth, null where there is none.
pub(crate) fn flag(flag: Option<bool>) -> Value {
    flag.map_or_else(|| Value::null(Type::Bool), Value::bool)
}
