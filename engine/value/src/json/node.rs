//! One level of JSON at a time, numbers as text.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{JsonError, syntax::describe};
use crate::Path;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 512;

/// A piece of JSON not looked into yet.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    text: &'a str,
    depth: usize,
}

/// What a piece of JSON is.
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Raw<'a>>),
    /// Names in source order, repeated ones repeated.
    Object(Vec<(Cow<'a, str>, Raw<'a>)>),
}

impl<'a> Raw<'a> {
    /// The one piece of JSON that `json` is.
    pub(super) fn document(json: &'a [u8]) -> Result<Raw<'a>, String> {
        let text = std::str::from_utf8(json).map_err(|_| "invalid UTF-8".to_owned())?;
        if text.trim().is_empty() {
            return Err("EOF".to_owned());
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let raw = <&RawValue>::deserialize(&mut reader).map_err(|error| describe(&error, text))?;
        match reader.end() {
            Ok(()) => Ok(Raw {
                text: raw.get(),
                depth: 0,
            }),
            Err(_) => Err("extraneous data after JSON object".to_owned()),
        }
    }

    /// Looks one level into it.
    pub(super) fn node(self, path: &Path) -> Result<Node<'a>, JsonError> {
        if self.depth >= MAX_DEPTH {
            return Err(JsonError::new(path, "exceeded max depth"));
        }
        self.read().map_err(|message| JsonError::new(path, message))
    }

    fn read(self) -> Result<Node<'a>, String> {
        let describe = |error: serde_json::Error| describe(&error, self.text);
        let inner = |raw: &'a RawValue| Raw {
            text: raw.get(),
            depth: self.depth + 1,
        };
        Ok(match self.text.as_bytes().first() {
            Some(b'n') => Node::Null,
            Some(b't') => Node::Bool(true),
            Some(b'f') => Node::Bool(false),
            Some(b'"') => {
                let text: Result<Text<'a>, _> = serde_json::from_str(self.text);
                Node::String(text.map_or_else(|_| unescape(self.text).into(), |text| text.0))
            }
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(self.text).map_err(describe)?;
                Node::Array(elements.into_iter().map(inner).collect())
            }
            Some(b'{') => {
                let entries: Entries<'a> = serde_json::from_str(self.text).map_err(describe)?;
                let entries = entries.0.into_iter();
                Node::Object(entries.map(|(name, raw)| (name.0, inner(raw))).collect())
            }
            _ => Node::Number(self.text),
        })
    }
}

/// A string with escapes of halves of surrogate pairs, which stand for the
/// replacement character.
fn unescape(quoted: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let inner = quoted.trim_matches('"');
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let c = match (c, chars.clone().next()) {
            ('\\', Some('u')) => {
                let digits = chars.as_str().get(1..5).unwrap_or_default();
                units.push(u16::from_str_radix(digits, 16).unwrap_or(0xfffd));
                chars.by_ref().take(5).for_each(drop);
                continue;
            }
            ('\\', Some(escaped)) => {
                chars.next();
                match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    other => other,
                }
            }
            _ => c,
        };
        units.extend(c.encode_utf16(&mut [0; 2]).iter());
    }
    String::from_utf16_lossy(&units)
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Entries<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
