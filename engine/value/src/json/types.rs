//! Types as JSON: `"string"`, `["list","string"]`,
//! `["object",{"a":"string"},["a"]]` (the last being the optional ones).

use super::{
    JsonError,
    encode::push_string,
    node::{Node, Raw},
};
use crate::{ObjectType, Path, Str, Type};

/// Writes a type.
pub fn type_to_json(ty: &Type) -> String {
    let mut json = String::new();
    push_type(&mut json, ty);
    json
}

pub(super) fn push_type(json: &mut String, ty: &Type) {
    let name = match ty {
        Type::Dynamic => return json.push_str("\"dynamic\""),
        Type::Bool => return json.push_str("\"bool\""),
        Type::Number => return json.push_str("\"number\""),
        Type::String => return json.push_str("\"string\""),
        Type::List(_) => "[\"list\",",
        Type::Set(_) => "[\"set\",",
        Type::Map(_) => "[\"map\",",
        Type::Tuple(_) => "[\"tuple\",[",
        Type::Object(_) => "[\"object\",{",
    };
    json.push_str(name);
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => push_type(json, element),
        Type::Tuple(elements) => {
            push_separated(json, elements.iter(), push_type);
            json.push(']');
        }
        Type::Object(object) => {
            push_separated(json, object.attributes().iter(), |json, (name, ty)| {
                push_string(json, name);
                json.push(':');
                push_type(json, ty);
            });
            json.push('}');
            if !object.optional().is_empty() {
                json.push_str(",[");
                let names = object.optional().iter();
                push_separated(json, names, |json, name| push_string(json, name));
                json.push(']');
            }
        }
        _ => {}
    }
    json.push(']');
}

fn push_separated<T>(
    json: &mut String,
    items: impl Iterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            json.push(',');
        }
        push(json, item);
    }
}

/// Reads a type.
pub fn type_from_json(json: impl AsRef<[u8]>) -> Result<Type, JsonError> {
    let raw = Raw::document(json.as_ref()).map_err(|message| JsonError::new(&Path::new(), message));
    read_type(raw?)
}

pub(super) fn read_type(raw: Raw<'_>) -> Result<Type, JsonError> {
    let parts = match raw.node(&Path::new())? {
        Node::String(name) => return primitive(&name),
        Node::Array(parts) => parts,
        Node::Object(_) => return invalid("invalid complex type description"),
        _ => return invalid("invalid type description"),
    };
    let Some((kind, parts)) = parts.split_first() else {
        return invalid("invalid complex type kind name");
    };
    let Node::String(kind) = kind.node(&Path::new())? else {
        return invalid("invalid complex type kind name");
    };
    match (&*kind, parts) {
        ("list", [element]) => Ok(Type::list(read_type(*element)?)),
        ("set", [element]) => Ok(Type::set(read_type(*element)?)),
        ("map", [element]) => Ok(Type::map(read_type(*element)?)),
        ("tuple", [elements]) => match elements.node(&Path::new())? {
            Node::Array(elements) => {
                let elements: Result<Vec<Type>, _> = elements.into_iter().map(read_type).collect();
                Ok(Type::tuple(elements?))
            }
            // Some writers have null for no elements.
            Node::Null => Ok(Type::tuple([])),
            _ => invalid("invalid type description"),
        },
        ("object", [attributes]) => Ok(Type::Object(read_object(*attributes)?.into())),
        ("object", [attributes, optional]) => {
            let object = read_object(*attributes)?.with_optional(read_names(*optional)?);
            Ok(Type::Object(object.into()))
        }
        ("list" | "set" | "map" | "tuple" | "object", [_, ..]) => {
            invalid("unexpected extra data in type description")
        }
        ("list" | "set" | "map" | "tuple" | "object", []) => invalid("invalid type description"),
        _ => invalid("invalid complex type kind name"),
    }
}

fn invalid<T>(message: &str) -> Result<T, JsonError> {
    Err(JsonError::new(&Path::new(), message))
}

fn primitive(name: &str) -> Result<Type, JsonError> {
    match name {
        "bool" => Ok(Type::Bool),
        "number" => Ok(Type::Number),
        "string" => Ok(Type::String),
        "dynamic" => Ok(Type::Dynamic),
        _ => invalid(&format!(
            "invalid primitive type name {}",
            crate::quote(name)
        )),
    }
}

fn read_object(raw: Raw<'_>) -> Result<ObjectType, JsonError> {
    let Node::Object(attributes) = raw.node(&Path::new())? else {
        return invalid("invalid type description");
    };
    let attributes: Result<Vec<(Str, Type)>, JsonError> = attributes
        .into_iter()
        .map(|(name, raw)| Ok((Str::from(&*name), read_type(raw)?)))
        .collect();
    Ok(ObjectType::new(attributes?))
}

fn read_names(raw: Raw<'_>) -> Result<Vec<Str>, JsonError> {
    let Node::Array(names) = raw.node(&Path::new())? else {
        return invalid("invalid type description");
    };
    let names = names.into_iter().map(|raw| match raw.node(&Path::new())? {
        Node::String(name) => Ok(Str::from(&*name)),
        _ => invalid("invalid type description"),
    });
    names.collect()
}
