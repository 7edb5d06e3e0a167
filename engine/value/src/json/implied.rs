//! Values and types of JSON of which nothing is known.

use super::{
    JsonError,
    decode::number,
    node::{Node, Raw},
};
use crate::{Path, PathStep, Str, Type, Value, quote};

/// The type JSON has by itself: arrays are tuples, objects are objects, null
/// is of any type.
pub fn implied_type(json: impl AsRef<[u8]>) -> Result<Type, JsonError> {
    read(json.as_ref()).map(|value| value.ty())
}

pub(super) fn read(json: &[u8]) -> Result<Value, JsonError> {
    let mut path = Path::new();
    let raw = Raw::document(json).map_err(|message| JsonError::new(&path, message))?;
    value(raw, &mut path)
}

fn value(raw: Raw<'_>, path: &mut Path) -> Result<Value, JsonError> {
    match raw.node(path)? {
        Node::Null => Ok(Value::null(Type::Dynamic)),
        Node::Bool(value) => Ok(Value::Bool(value)),
        Node::Number(text) => number(text, path),
        Node::String(text) => Ok(Value::string(&*text)),
        Node::Array(elements) => {
            let elements = elements.into_iter().enumerate();
            let elements: Result<Vec<Value>, JsonError> = elements
                .map(|(index, raw)| value_at(raw, PathStep::Index(Value::number(index)), path))
                .collect();
            Ok(Value::tuple(elements?))
        }
        Node::Object(entries) => object(entries, path),
    }
}

fn value_at(raw: Raw<'_>, step: PathStep, path: &mut Path) -> Result<Value, JsonError> {
    path.push(step);
    let value = value(raw, path)?;
    path.pop();
    Ok(value)
}

fn object(
    entries: Vec<(std::borrow::Cow<'_, str>, Raw<'_>)>,
    path: &mut Path,
) -> Result<Value, JsonError> {
    let mut attributes: Vec<(Str, Value)> = Vec::with_capacity(entries.len());
    for (name, raw) in entries {
        let name = Str::from(&*name);
        let attribute = value_at(raw, PathStep::Attr(name.clone()), path)?;
        attributes.push((name, attribute));
    }
    attributes.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in attributes.windows(2) {
        if let [(name, value), (next, other)] = pair
            && name == next
            && !value.same_type(other)
        {
            let message = format!("duplicate {} property in JSON object", quote(name));
            return Err(JsonError::new(path, message));
        }
    }
    Ok(Value::object(attributes))
}
