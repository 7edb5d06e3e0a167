//! Keys of instances.

use std::fmt;

use trueup_value::{Str, Value};

/// What tells one instance of a resource or module from the others; there is
/// none without `count` and `for_each`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InstanceKey {
    /// Of `count`.
    Int(i64),
    /// Of `for_each`.
    String(Str),
}

impl InstanceKey {
    /// The key an index value stands for. The error is Terraform's wording,
    /// to be put after `Invalid index for …: `.
    pub fn from_value(value: &Value) -> Result<Self, &'static str> {
        if let Some(text) = value.as_str() {
            return Ok(InstanceKey::String(Str::new(text)));
        }
        match value.as_number() {
            Some(number) => number
                .to_i64()
                .map(InstanceKey::Int)
                .ok_or("value must be a whole number, between -9223372036854775808 and 9223372036854775807"),
            None => Err("either a string or an integer is required"),
        }
    }

    /// The key as a value: a number or a string.
    pub fn to_value(&self) -> Value {
        match self {
            InstanceKey::Int(index) => Value::number(*index),
            InstanceKey::String(key) => Value::string(key.clone()),
        }
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstanceKey::Int(index) => write!(f, "[{index}]"),
            InstanceKey::String(key) => write!(f, "[\"{}\"]", Quoted(key)),
        }
    }
}

/// Text as between the quotes of a string of the language.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{c}{c}")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}
