//! The attributes of an object, to be read and set by name.

use std::collections::BTreeMap;

use trueup_value::{Str, Type, Value};

static NOTHING: Value = Value::Null(Type::Dynamic);

/// The attributes of an object by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(BTreeMap<Str, Value>);

impl Fields {
    /// Those of `object`; none if it is null or unknown.
    pub fn of(object: &Value) -> Self {
        match object {
            Value::Object(object) => Fields(object.attributes().iter().cloned().collect()),
            _ => Fields::default(),
        }
    }

    /// An attribute; null if there is no such.
    pub fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&NOTHING)
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(Str::new(name), value);
    }

    /// Sets an attribute to a text.
    pub fn set_text(&mut self, name: &str, text: impl Into<Str>) {
        self.set(name, Value::string(text));
    }

    /// Sets an attribute to an integer.
    pub fn set_integer(&mut self, name: &str, number: i64) {
        self.set(name, Value::number(number));
    }

    /// The text of an attribute that is known and not null.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_str()
    }

    /// The value of an attribute that is a known integer.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).as_number()?.to_i64()
    }

    /// The value of an attribute that is known and not null.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).as_bool()
    }

    /// The texts of a list, set or map of texts by key; null ones are left
    /// out.
    pub fn texts(&self, name: &str) -> Vec<(Value, String)> {
        let elements = self.get(name).elements();
        elements
            .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))
            .collect()
    }

    /// The objects in a nested attribute or in nested blocks, in their order.
    pub fn objects(&self, name: &str) -> Vec<Fields> {
        match self.get(name) {
            single @ Value::Object(_) => vec![Fields::of(single)],
            several => several.values().map(Fields::of).collect(),
        }
    }

    /// The first of [`Fields::objects`].
    pub fn object(&self, name: &str) -> Option<Fields> {
        match self.get(name) {
            single @ Value::Object(_) => Some(Fields::of(single)),
            several => several.values().next().map(Fields::of),
        }
    }

    /// Sets an attribute to a text, or to null.
    pub fn set_optional(&mut self, name: &str, text: Option<&str>) {
        let value = text.map_or_else(|| Value::null(Type::String), Value::string);
        self.set(name, value);
    }

    /// Sets an attribute to true or false.
    pub fn set_flag(&mut self, name: &str, flag: bool) {
        self.set(name, Value::bool(flag));
    }

    /// Whether it has all that is known of `other` and not null.
    pub(super) fn agrees(&self, other: &Fields) -> bool {
        let mut known = other
            .0
            .iter()
            .filter(|(_, value)| !value.is_null() && value.is_known());
        known.all(|(name, value)| self.get(name) == value)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The object.
    pub fn into_value(self) -> Value {
        Value::object(self.0)
    }
}
