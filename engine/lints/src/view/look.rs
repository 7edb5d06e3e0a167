//! A value as rules look at it.

use trueup_value::{Marks, Value};

/// A place in a value: something, nothing, or not known yet.
///
/// One looks through marks; what is found below a secret is one, too.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    value: Option<&'a Value>,
    secret: bool,
}

impl<'a> Look<'a> {
    /// A look at a whole value.
    pub fn of(value: &'a Value) -> Self {
        Look::below(Some(value), false)
    }

    /// Where there is nothing.
    pub fn nothing() -> Self {
        Look::below(None, false)
    }

    fn below(value: Option<&'a Value>, secret: bool) -> Self {
        let Some(value) = value else {
            return Look {
                value: None,
                secret,
            };
        };
        let (bare, marks) = value.unmarked();
        let secret = secret || marks.contains(Marks::SENSITIVE);
        Look {
            value: (!bare.is_null()).then_some(bare),
            secret,
        }
    }

    /// An attribute or an element of a map. Of what is not known, nothing is.
    pub fn at(self, name: &str) -> Self {
        match self.value {
            Some(Value::Unknown(_)) => self,
            Some(value) => Look::below(value.get(name), self.secret),
            None => self,
        }
    }

    /// What several names lead to, one below the other: `"spec.replicas"`.
    pub fn find(self, names: &str) -> Self {
        names.split('.').fold(self, Look::at)
    }

    /// The first element of a list: the only one of a nested block.
    pub fn first(self) -> Self {
        self.item(0)
    }

    /// An element of a list.
    pub fn item(self, index: usize) -> Self {
        match self.value {
            Some(Value::Unknown(_)) => self,
            Some(value) => Look::below(value.values().nth(index), self.secret),
            None => self,
        }
    }

    /// The elements of a list, set or tuple.
    pub fn items(self) -> impl Iterator<Item = Look<'a>> {
        let values = match self.value {
            Some(value @ (Value::List(_) | Value::Set(_) | Value::Tuple(_))) => {
                Some(value.values())
            }
            _ => None,
        };
        let secret = self.secret;
        let values = values.into_iter().flatten();
        values.map(move |value| Look::below(Some(value), secret))
    }

    /// The names and values of a map or object; those that are null are left
    /// out.
    pub fn fields(self) -> impl Iterator<Item = (&'a str, Look<'a>)> {
        let entries = match self.value {
            Some(Value::Map(map)) => map.entries(),
            Some(Value::Object(object)) => object.attributes(),
            _ => &[],
        };
        let secret = self.secret;
        let entries = entries.iter();
        entries
            .map(move |(name, value)| (name.as_str(), Look::below(Some(value), secret)))
            .filter(|(_, value)| !value.is_absent())
    }

    /// The text of a string.
    pub fn text(self) -> Option<&'a str> {
        self.value.and_then(Value::as_str)
    }

    /// A whole number, also one that is written as a text.
    pub fn number(self) -> Option<u64> {
        let value = self.value?;
        let number = value.as_number().map(ToString::to_string);
        number.as_deref().or(value.as_str())?.parse().ok()
    }

    /// A bool, also one that is written as a text.
    pub fn flag(self) -> Option<bool> {
        let value = self.value?;
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    }

    /// A string, number or bool, as a text.
    pub fn scalar(self) -> Option<String> {
        let value = self.value?;
        match value {
            Value::String(text) => Some(text.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// Whether it is not known yet; what is in it may not be although it is.
    pub fn is_unknown(self) -> bool {
        self.value.is_some_and(|value| !value.is_known())
    }

    /// Whether anything in it is not known yet.
    pub fn has_unknown(self) -> bool {
        self.value.is_some_and(|value| !value.is_wholly_known())
    }

    /// Whether there is nothing, and that is known.
    pub fn is_absent(self) -> bool {
        self.value.is_none()
    }

    /// Whether it must not be told.
    pub fn is_secret(self) -> bool {
        self.secret
    }

    /// The value itself, without the marks of its top level.
    pub fn value(self) -> Option<&'a Value> {
        self.value
    }
}
