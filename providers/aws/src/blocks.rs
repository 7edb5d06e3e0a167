//! Nested blocks of an object: taken apart, and put together.

use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

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
