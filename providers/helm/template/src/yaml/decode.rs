//! From YAML nodes to JSON values, as sigs.k8s.io/yaml converts them.

use std::collections::HashSet;

use base64::Engine as _;
use serde_json::{Map, Number, Value};

use super::YamlError;
use super::document::{Content, Document, MAX_DEPTH, Node, NodeId, parse};
use super::number::{format_g, format_g32};
use super::resolve::{Resolved, resolve};

/// Reads the first document of `text` into JSON: numbers are float64, keys are strings, and of
/// equal keys the last one wins. An empty text is null.
///
/// # Errors
/// Texts that are not YAML, and YAML that JSON can't express.
pub fn from_yaml(text: &[u8]) -> Result<Value, YamlError> {
    let document = parse(text)?;
    let Some(root) = document.root() else {
        return Ok(Value::Null);
    };
    Decoder {
        document: &document,
        open: HashSet::new(),
        decoded: 0,
        aliased: 0,
        alias_depth: 0,
        depth: 0,
    }
    .value(root)
}

struct Decoder<'a> {
    document: &'a Document,
    open: HashSet<NodeId>,
    decoded: u32,
    aliased: u32,
    alias_depth: u32,
    depth: usize,
}

impl Decoder<'_> {
    fn node(&self, id: NodeId) -> Result<&Node, YamlError> {
        self.document
            .node(id)
            .ok_or_else(|| YamlError::unplaced("missing node"))
    }

    fn value(&mut self, id: NodeId) -> Result<Value, YamlError> {
        self.count()?;
        self.depth += 1;
        if self.depth > 2 * MAX_DEPTH {
            return Err(YamlError::unplaced(format!(
                "exceeded max depth of {MAX_DEPTH}"
            )));
        }
        let document = self.document;
        let node = document
            .node(id)
            .ok_or_else(|| YamlError::unplaced("missing node"))?;
        let value = match &node.content {
            Content::Scalar { value, implicit } => json_scalar(&node.tag, value, *implicit),
            Content::Sequence(items) => items
                .iter()
                .map(|item| self.value(*item))
                .collect::<Result<_, _>>()
                .map(Value::Array),
            Content::Mapping(entries) => {
                let mut map = Map::new();
                self.mapping(entries, &mut map)?;
                Ok(Value::Object(map))
            }
            Content::Alias { name, target } => {
                self.through_alias(id, name, |decoder| decoder.value(*target))
            }
        };
        self.depth -= 1;
        value
    }

    /// Refuses documents most of whose size comes from aliases, with go-yaml's limits.
    fn count(&mut self) -> Result<(), YamlError> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.aliased += 1;
        }
        let ratio = f64::from(self.aliased) / f64::from(self.decoded);
        if self.aliased > 100 && self.decoded > 1000 && ratio > allowed_alias_ratio(self.decoded) {
            return Err(YamlError::unplaced("document contains excessive aliasing"));
        }
        Ok(())
    }

    fn through_alias<T>(
        &mut self,
        id: NodeId,
        name: &str,
        decode: impl FnOnce(&mut Self) -> Result<T, YamlError>,
    ) -> Result<T, YamlError> {
        if !self.open.insert(id) {
            return Err(YamlError::unplaced(format!(
                "anchor '{name}' value contains itself"
            )));
        }
        self.alias_depth += 1;
        let decoded = decode(self);
        self.alias_depth -= 1;
        self.open.remove(&id);
        decoded
    }

    fn mapping(
        &mut self,
        entries: &[(NodeId, NodeId)],
        into: &mut Map<String, Value>,
    ) -> Result<(), YamlError> {
        for (key, value) in entries {
            if is_merge(self.node(*key)?) {
                self.merge(*value, into)?;
                continue;
            }
            let (key, is_known) = self.key(*key)?;
            let decoded = self.value(*value)?;
            if !is_known {
                return Err(unsupported_key(&key, &self.go_syntax(*value, 0)));
            }
            into.insert(key, decoded);
        }
        Ok(())
    }

    /// A key as text; false for one that JSON has no name for.
    fn key(&mut self, id: NodeId) -> Result<(String, bool), YamlError> {
        let document = self.document;
        let node = document
            .node(id)
            .ok_or_else(|| YamlError::unplaced("missing node"))?;
        match &node.content {
            Content::Scalar { value, implicit } => {
                self.count()?;
                key_text(&node.tag, value, *implicit)
            }
            Content::Alias { name, target } => {
                self.count()?;
                self.through_alias(id, name, |decoder| decoder.key(*target))
            }
            Content::Sequence(_) | Content::Mapping(_) => {
                self.value(id)?;
                let key = self.go_syntax(id, 0);
                Err(YamlError::unplaced(format!("invalid map key: {key}")))
            }
        }
    }

    fn merge(&mut self, id: NodeId, into: &mut Map<String, Value>) -> Result<(), YamlError> {
        match &self.node(id)?.content {
            Content::Sequence(items) => {
                // Earlier maps take precedence, so they are written last.
                for item in items.clone().into_iter().rev() {
                    self.merge_map(item, into)?;
                }
                Ok(())
            }
            _ => self.merge_map(id, into),
        }
    }

    fn merge_map(&mut self, id: NodeId, into: &mut Map<String, Value>) -> Result<(), YamlError> {
        self.count()?;
        let document = self.document;
        match document.node(id).map(|node| &node.content) {
            Some(Content::Mapping(entries)) => self.mapping(entries, into),
            Some(Content::Alias { name, target }) => {
                match document.node(*target).map(|node| &node.content) {
                    Some(Content::Mapping(entries)) => self.through_alias(id, name, |decoder| {
                        decoder.count()?;
                        decoder.mapping(entries, into)
                    }),
                    _ => Err(not_a_map()),
                }
            }
            _ => Err(not_a_map()),
        }
    }
}

fn not_a_map() -> YamlError {
    YamlError::unplaced("map merge requires map or sequence of maps as the value")
}

fn is_merge(node: &Node) -> bool {
    match &node.content {
        Content::Scalar { value, implicit } => {
            value == "<<" && (*implicit || node.tag == "tag:yaml.org,2002:merge")
        }
        _ => false,
    }
}

fn unsupported_key(key: &str, value: &str) -> YamlError {
    let value = if value == "interface {}(nil)" {
        "<nil>"
    } else {
        value
    };
    let (kind, key) = if key.is_empty() {
        ("%!s(<nil>)", "<nil>")
    } else {
        ("uint64", key)
    };
    YamlError::NotJson(format!(
        "unsupported map key of type: {kind}, key: {key}, value: {value}"
    ))
}

/// Up to 400 000 nodes 99 % of them may come from aliases, from 4 000 000 on 10 %.
fn allowed_alias_ratio(decoded: u32) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let decoded = f64::from(decoded);
    if decoded <= LOW {
        0.99
    } else if decoded >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW))
    }
}

fn resolved(tag: &str, text: &str, implicit: bool) -> Result<Resolved, YamlError> {
    if tag.is_empty() && !implicit {
        Ok(Resolved::Text)
    } else {
        resolve(tag, text)
    }
}

fn json_scalar(tag: &str, text: &str, implicit: bool) -> Result<Value, YamlError> {
    Ok(match resolved(tag, text, implicit)? {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => Value::Bool(value),
        #[expect(
            clippy::cast_precision_loss,
            reason = "Go decodes every number to float64"
        )]
        Resolved::Int(value) => float(value as f64)?,
        #[expect(
            clippy::cast_precision_loss,
            reason = "Go decodes every number to float64"
        )]
        Resolved::Uint(value) => float(value as f64)?,
        Resolved::Float(value) => float(value)?,
        Resolved::Timestamp | Resolved::Merge | Resolved::Text => Value::String(text.to_owned()),
        Resolved::Binary => Value::String(binary(text)?),
    })
}

fn float(value: f64) -> Result<Value, YamlError> {
    Number::from_f64(value).map(Value::Number).ok_or_else(|| {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        };
        YamlError::NotJson(format!("json: unsupported value: {name}"))
    })
}

fn binary(text: &str) -> Result<String, YamlError> {
    let packed: String = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(packed)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|_| YamlError::unplaced("!!binary value contains invalid base64 data"))
}

fn key_text(tag: &str, text: &str, implicit: bool) -> Result<(String, bool), YamlError> {
    Ok(match resolved(tag, text, implicit)? {
        Resolved::Null => (String::new(), false),
        Resolved::Bool(value) => (value.to_string(), true),
        Resolved::Int(value) => (value.to_string(), true),
        Resolved::Uint(value) => (format!("0x{value:x}"), false),
        Resolved::Float(value) => (float_key(value), true),
        Resolved::Binary => (binary(text)?, true),
        Resolved::Timestamp | Resolved::Merge | Resolved::Text => (text.to_owned(), true),
    })
}

fn float_key(value: f64) -> String {
    match format_g32(value).as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        text => text.to_owned(),
    }
}

impl Decoder<'_> {
    /// A node as Go's `%#v` writes what go-yaml decoded: it stands in messages about bad keys.
    fn go_syntax(&self, id: NodeId, depth: usize) -> String {
        let Some(node) = self.document.node(id) else {
            return String::new();
        };
        if depth > MAX_DEPTH {
            return "...".to_owned();
        }
        match &node.content {
            Content::Scalar { value, implicit } => match resolved(&node.tag, value, *implicit) {
                Ok(Resolved::Null) => "interface {}(nil)".to_owned(),
                Ok(Resolved::Bool(value)) => value.to_string(),
                Ok(Resolved::Int(value)) => value.to_string(),
                Ok(Resolved::Uint(value)) => format!("0x{value:x}"),
                Ok(Resolved::Float(value)) => format_g(value),
                _ => format!("{value:?}"),
            },
            Content::Alias { target, .. } => self.go_syntax(*target, depth + 1),
            Content::Sequence(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| self.go_syntax(*item, depth + 1))
                    .collect();
                format!("[]interface {{}}{{{}}}", items.join(", "))
            }
            Content::Mapping(entries) => {
                let mut entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| {
                        let key = self.go_syntax(*key, depth + 1);
                        format!("{key}:{}", self.go_syntax(*value, depth + 1))
                    })
                    .collect();
                entries.sort();
                format!(
                    "map[interface {{}}]interface {{}}{{{}}}",
                    entries.join(", ")
                )
            }
        }
    }
}
