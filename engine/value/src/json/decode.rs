//! Reading values of a known type.

use super::{
    JsonError,
    node::{Node, Raw},
    types::read_type,
};
use crate::{Number, ObjectType, Path, PathStep, Str, Type, Value, quote};

type Read = Result<Value, JsonError>;

/// Reads a value written for `ty`.
///
/// Attributes of objects that are missing are null; numbers and bools may be
/// given as strings, and the other way round.
pub fn from_json(json: impl AsRef<[u8]>, ty: &Type) -> Read {
    let mut path = Path::new();
    let raw = Raw::document(json.as_ref()).map_err(|message| JsonError::new(&path, message))?;
    read(raw, ty, &mut path)
}

pub(super) fn read(raw: Raw<'_>, ty: &Type, path: &mut Path) -> Read {
    let node = raw.node(path)?;
    if matches!(node, Node::Null) {
        return Ok(Value::null(ty.clone()));
    }
    match ty {
        Type::Dynamic => read_dynamic(node, path),
        Type::Bool | Type::Number | Type::String => read_primitive(node, ty, path),
        Type::List(element) => {
            let elements = read_elements(node, path, |index| {
                (PathStep::Index(Value::number(index)), element)
            })?;
            Ok(Value::list(Type::clone(element), elements))
        }
        Type::Set(element) => {
            let unknown = Value::unknown(Type::clone(element));
            let elements =
                read_elements(node, path, |_| (PathStep::Index(unknown.clone()), element))?;
            Ok(Value::set(Type::clone(element), elements))
        }
        Type::Map(element) => read_map(node, element, path),
        Type::Tuple(elements) => read_tuple(node, elements, path),
        Type::Object(object) => read_object(node, object, path),
    }
}

fn read_primitive(node: Node<'_>, ty: &Type, path: &Path) -> Read {
    let error = |message: &str| Err(JsonError::new(path, message));
    match (ty, node) {
        (Type::Bool, Node::Bool(value)) => Ok(Value::Bool(value)),
        (Type::Bool, Node::String(text)) => {
            let converted = crate::convert::convert(&Value::string(&*text), &Type::Bool);
            converted.map_err(|error| JsonError::new(path, error.message))
        }
        (Type::Bool, _) => error("bool is required"),
        (Type::Number, Node::Number(text)) => number(text, path),
        (Type::Number, Node::String(text)) => number(&text, path),
        (Type::Number, _) => error("number is required"),
        (_, Node::String(text)) => Ok(Value::string(&*text)),
        (_, Node::Number(text)) => Ok(Value::string(text)),
        (_, Node::Bool(value)) => Ok(Value::string(if value { "true" } else { "false" })),
        _ => error("string is required"),
    }
}

pub(super) fn number(text: &str, path: &Path) -> Read {
    match Number::parse(text) {
        Some(number) => Ok(Value::Number(number)),
        None => Err(JsonError::new(path, "a number is required")),
    }
}

fn array<'a>(node: Node<'a>, path: &Path) -> Result<Vec<Raw<'a>>, JsonError> {
    match node {
        Node::Array(elements) => Ok(elements),
        _ => Err(JsonError::new(path, "missing expected [")),
    }
}

type Entries<'a> = Vec<(std::borrow::Cow<'a, str>, Raw<'a>)>;

fn object<'a>(node: Node<'a>, path: &Path) -> Result<Entries<'a>, JsonError> {
    match node {
        Node::Object(entries) => Ok(entries),
        _ => Err(JsonError::new(path, "missing expected {")),
    }
}

fn read_at(raw: Raw<'_>, ty: &Type, step: PathStep, path: &mut Path) -> Read {
    path.push(step);
    let value = read(raw, ty, path)?;
    path.pop();
    Ok(value)
}

fn read_elements<'t>(
    node: Node<'_>,
    path: &mut Path,
    at: impl Fn(usize) -> (PathStep, &'t Type),
) -> Result<Vec<Value>, JsonError> {
    let elements = array(node, path)?.into_iter().enumerate();
    elements
        .map(|(index, raw)| {
            let (step, ty) = at(index);
            read_at(raw, ty, step, path)
        })
        .collect()
}

fn read_map(node: Node<'_>, element: &Type, path: &mut Path) -> Read {
    let mut entries = Vec::new();
    for (key, raw) in object(node, path)? {
        let key = Str::from(&*key);
        let step = PathStep::Index(Value::String(key.clone()));
        entries.push((key, read_at(raw, element, step, path)?));
    }
    Ok(Value::map(element.clone(), entries))
}

fn read_tuple(node: Node<'_>, types: &[Type], path: &mut Path) -> Read {
    let raws = array(node, path)?;
    let need = types.len();
    let mut elements = Vec::with_capacity(need.min(raws.len()));
    for (index, (raw, ty)) in raws.iter().zip(types).enumerate() {
        elements.push(read_at(
            *raw,
            ty,
            PathStep::Index(Value::number(index)),
            path,
        )?);
    }
    if raws.len() > need {
        let message = format!("too many tuple elements (need {need})");
        return Err(JsonError::new(path, message));
    }
    if raws.len() < need {
        // What is around it is to blame.
        path.pop();
        let message = format!("not enough tuple elements (need {need})");
        return Err(JsonError::new(path, message));
    }
    Ok(Value::tuple(elements))
}

fn read_object(node: Node<'_>, ty: &ObjectType, path: &mut Path) -> Read {
    let entries = object(node, path)?;
    let mut attributes = Vec::with_capacity(ty.attributes().len().max(entries.len()));
    let missing = ty.attributes().iter();
    attributes.extend(missing.map(|(name, ty)| (name.clone(), Value::null(ty.without_optional()))));
    for (name, raw) in entries {
        let Some(index) = ty.position(&name) else {
            let message = format!("unsupported attribute {}", quote(&name));
            return Err(JsonError::new(path, message));
        };
        let Some(((own, ty), slot)) = ty.attributes().get(index).zip(attributes.get_mut(index))
        else {
            continue;
        };
        slot.1 = read_at(raw, ty, PathStep::Attr(own.clone()), path)?;
    }
    Ok(Value::object(attributes))
}

fn read_dynamic(node: Node<'_>, path: &mut Path) -> Read {
    let (mut ty, mut value) = (None, None);
    for (key, raw) in object(node, path)? {
        match &*key {
            "type" => {
                let read = read_type(raw).map_err(|error| {
                    let message = format!("failed to decode type for dynamic value: {error}");
                    JsonError::new(path, message)
                })?;
                ty = Some(read);
            }
            "value" => value = Some(raw),
            other => {
                let message = format!("invalid key {} in dynamically-typed value", quote(other));
                return Err(JsonError::new(path, message));
            }
        }
    }
    let missing =
        |what: &str| JsonError::new(path, format!("missing {what} in dynamically-typed value"));
    let ty = ty.ok_or_else(|| missing("type"))?;
    let value = value.ok_or_else(|| missing("value"))?;
    // Terraform may write which attributes were optional; values know nothing
    // of that.
    read(value, &ty.without_optional(), path)
}
