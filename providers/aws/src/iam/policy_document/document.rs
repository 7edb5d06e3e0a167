//! A document as it is written: what was read from JSON stays as it was where
//! it may be anything.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// A document.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Document {
    #[serde(rename = "Version", skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    #[serde(rename = "Id", skip_serializing_if = "String::is_empty")]
    pub(super) id: String,
    #[serde(rename = "Statement", skip_serializing_if = "Vec::is_empty")]
    pub(super) statements: Vec<Statement>,
}

/// A statement.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statement {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) sid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) effect: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_action: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_resource: Option<Value>,
    #[serde(skip_serializing_if = "Principals::is_empty")]
    pub(super) principal: Principals,
    #[serde(skip_serializing_if = "Principals::is_empty")]
    pub(super) not_principal: Principals,
    #[serde(skip_serializing_if = "Conditions::is_empty")]
    pub(super) condition: Conditions,
}

/// One text, or many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

/// Principals by type, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Principals(pub(super) Vec<(String, Texts)>);

/// Conditions: operator, key and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions(pub(super) Vec<(String, String, Texts)>);

impl Texts {
    /// One alone is one.
    pub(super) fn of(mut texts: Vec<String>) -> Texts {
        match texts.pop() {
            Some(one) if texts.is_empty() => Texts::One(one),
            last => Texts::Many(texts.into_iter().chain(last).collect()),
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Texts::One(text) => Value::from(text),
            Texts::Many(texts) => Value::from(texts),
        }
    }

    fn join(self, other: Texts) -> Texts {
        let all = [self, other].into_iter().flat_map(|texts| match texts {
            Texts::One(one) => vec![one],
            Texts::Many(many) => many,
        });
        Texts::Many(all.collect())
    }
}

impl Principals {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `{"*": "*"}`, which is written `"*"`.
    fn is_everybody(&self) -> bool {
        match self.0.as_slice() {
            [(kind, Texts::One(who))] => kind == "*" && who == "*",
            [(kind, Texts::Many(who))] => kind == "*" && who.as_slice() == ["*"],
            _ => false,
        }
    }
}

impl Conditions {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Principals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_everybody() {
            return serializer.serialize_str("*");
        }
        let mut typed: BTreeMap<&str, Texts> = BTreeMap::new();
        for (kind, texts) in &self.0 {
            let texts = match texts.clone() {
                Texts::Many(mut many) => {
                    many.sort();
                    many.reverse();
                    Texts::Many(many)
                }
                one => one,
            };
            let joined = match typed.remove(kind.as_str()) {
                Some(before) => before.join(texts),
                None => texts,
            };
            typed.insert(kind, joined);
        }
        let mut map = serializer.serialize_map(Some(typed.len()))?;
        for (kind, texts) in typed {
            map.serialize_entry(kind, &texts.into_value())?;
        }
        map.end()
    }
}

impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut operators: BTreeMap<&str, BTreeMap<&str, Texts>> = BTreeMap::new();
        for (operator, key, values) in &self.0 {
            let keys = operators.entry(operator).or_default();
            let joined = match keys.remove(key.as_str()) {
                Some(before) => before.join(values.clone()),
                None => values.clone(),
            };
            keys.insert(key, joined);
        }
        let mut map = serializer.serialize_map(Some(operators.len()))?;
        for (operator, keys) in operators {
            let keys = keys
                .into_iter()
                .map(|(key, values)| (key.to_owned(), values.into_value()));
            map.serialize_entry(operator, &keys.collect::<serde_json::Map<_, _>>())?;
        }
        map.end()
    }
}
