//! Values as their JSON tells them: structures without their types, but with
//! what is sensitive or unknown.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use trueup_value::{Marks, Str, Value};

/// A text that nests deeper is shown as text, not as the JSON it may be.
const MAX_JSON_DEPTH: usize = 200;

/// A value and what is within.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) kind: Kind,
    /// It must not be shown.
    pub(super) sensitive: bool,
}

/// What a [`Tree`] is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Unknown,
    Bool(bool),
    Number(Str),
    Text(Str),
    Array(Vec<Tree>),
    Object(BTreeMap<Str, Tree>),
}

/// The types of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonType {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Tree {
    /// The tree of a value.
    pub(super) fn of(value: &Value) -> Tree {
        Tree::within(value, false)
    }

    /// The tree of a value; within something `secret` it is not told what
    /// else is.
    fn within(value: &Value, secret: bool) -> Tree {
        let (bare, marks) = value.unmarked();
        let sensitive = !secret && marks.contains(Marks::SENSITIVE);
        let secret = secret || sensitive;
        let kind = match bare {
            Value::Marked(_) | Value::Null(_) => Kind::Null,
            Value::Unknown(_) => Kind::Unknown,
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(Str::from(number.to_text())),
            Value::String(text) => Kind::Text(text.clone()),
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                let elements = bare.values().map(|value| Tree::within(value, secret));
                Kind::Array(elements.collect())
            }
            Value::Map(map) => entries(map.entries(), secret),
            Value::Object(object) => entries(object.attributes(), secret),
        };
        Tree { kind, sensitive }
    }

    /// The tree of an array or object written as JSON.
    pub(super) fn of_json(text: &str) -> Option<Tree> {
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let raw = serde_json::from_str::<&RawValue>(text).ok()?;
        parse(raw, 0)
    }

    /// Null, or not known yet, which plans hold no value for either.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null | Kind::Unknown)
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown)
    }

    /// The same, but for an empty text null.
    pub(super) fn or_null(&self) -> &Tree {
        static PLAIN: Tree = Tree::null(false);
        static SECRET: Tree = Tree::null(true);
        match &self.kind {
            Kind::Text(text) if text.is_empty() && self.sensitive => &SECRET,
            Kind::Text(text) if text.is_empty() => &PLAIN,
            _ => self,
        }
    }

    const fn null(sensitive: bool) -> Self {
        let kind = Kind::Null;
        Tree { kind, sensitive }
    }

    pub(super) fn json_type(&self) -> JsonType {
        match self.kind {
            Kind::Null | Kind::Unknown => JsonType::Null,
            Kind::Bool(_) => JsonType::Bool,
            Kind::Number(_) => JsonType::Number,
            Kind::Text(_) => JsonType::Text,
            Kind::Array(_) => JsonType::Array,
            Kind::Object(_) => JsonType::Object,
        }
    }

    /// Whether the known parts are the same. Unknown attributes count as
    /// absent, unknown elements as null.
    pub(super) fn same(&self, other: &Tree) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) | (Kind::Text(a), Kind::Text(b)) => a == b,
            (Kind::Array(a), Kind::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Kind::Object(a), Kind::Object(b)) => same_entries(a, b),
            _ => self.is_null() && other.is_null(),
        }
    }

    /// A text that is equal where [`Tree::same`] holds, and only there.
    pub(super) fn key(&self) -> String {
        let mut key = String::new();
        self.write_key(&mut key);
        key
    }

    fn write_key(&self, out: &mut String) {
        match &self.kind {
            Kind::Null | Kind::Unknown => out.push('n'),
            Kind::Bool(value) => out.push(if *value { 't' } else { 'f' }),
            Kind::Number(number) => out.push_str(number),
            Kind::Text(text) => write_sized(out, text),
            Kind::Array(elements) => {
                out.push('[');
                for element in elements {
                    element.write_key(out);
                    out.push(',');
                }
                out.push(']');
            }
            Kind::Object(entries) => {
                out.push('{');
                for (name, value) in entries.iter().filter(|(_, value)| !value.is_unknown()) {
                    write_sized(out, name);
                    value.write_key(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_sized(out: &mut String, text: &str) {
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
}

fn entries(entries: &[(Str, Value)], secret: bool) -> Kind {
    let entries = entries.iter();
    let entries = entries.map(|(name, value)| (name.clone(), Tree::within(value, secret)));
    Kind::Object(entries.collect())
}

fn same_entries(a: &BTreeMap<Str, Tree>, b: &BTreeMap<Str, Tree>) -> bool {
    let mut a = a.iter().filter(|(_, value)| !value.is_unknown());
    let mut b = b.iter().filter(|(_, value)| !value.is_unknown());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some((name, value)), Some((other, with))) if name == other && value.same(with) => {}
            _ => return false,
        }
    }
}

fn parse(raw: &RawValue, depth: usize) -> Option<Tree> {
    if depth > MAX_JSON_DEPTH {
        return None;
    }
    let text = raw.get();
    let kind = match text.as_bytes().first()? {
        b'{' => Kind::Object(parse_object(text, depth)?),
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let elements = elements.into_iter().map(|raw| parse(raw, depth + 1));
            Kind::Array(elements.collect::<Option<_>>()?)
        }
        b'"' => Kind::Text(Str::from(serde_json::from_str::<String>(text).ok()?)),
        b't' => Kind::Bool(true),
        b'f' => Kind::Bool(false),
        b'n' => Kind::Null,
        _ => Kind::Number(Str::from(text)),
    };
    let sensitive = false;
    Some(Tree { kind, sensitive })
}

fn parse_object(text: &str, depth: usize) -> Option<BTreeMap<Str, Tree>> {
    #[derive(Deserialize)]
    struct Entries<'a>(#[serde(borrow)] BTreeMap<String, &'a RawValue>);
    let Entries(entries) = serde_json::from_str(text).ok()?;
    let entries = entries.into_iter();
    entries
        .map(|(name, raw)| Some((Str::from(name), parse(raw, depth + 1)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trueup_value::Type;

    #[test]
    fn equal_trees_have_equal_keys() {
        let unknown = Value::unknown(Type::String);
        let texts = [
            "[1,2]",
            "[12]",
            "[\"1\",2]",
            "[1.0,2]",
            "{\"a\":1}",
            "{\"a\":{\"b\":null}}",
            "[null]",
        ];
        let mut trees: Vec<Tree> = texts.iter().filter_map(|t| Tree::of_json(t)).collect();
        trees.push(Tree::of(&Value::tuple(vec![unknown.clone()])));
        trees.push(Tree::of(&Value::object([
            ("a", Value::number(1)),
            ("b", unknown),
        ])));
        for a in &trees {
            for b in &trees {
                assert_eq!(a.same(b), a.key() == b.key(), "{a:?} {b:?}");
            }
        }
        assert!(trees[6].same(&trees[7]) && trees[4].same(&trees[8]));
    }

    #[test]
    fn json_that_nests_too_deep_is_text() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(Tree::of_json(&deep).is_none());
        assert!(Tree::of_json("[1] 2").is_none());
    }
}
