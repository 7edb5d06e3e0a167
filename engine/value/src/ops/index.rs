//! `a.b` and `a[b]`

use super::{OpError, unknown, unmarked};
use crate::{Number, Type, Value};

/// Attribute `name` of an object.
pub fn get_attr(value: &Value, name: &str) -> Result<Value, OpError> {
    let (value, marks) = value.unmarked();
    let missing = || OpError::NoAttribute { name: name.into() };
    let found = match value {
        Value::Null(_) => return Err(OpError::Null),
        Value::Object(object) => object.get(name).ok_or_else(missing)?.clone(),
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Dynamic => Value::dynamic(),
            Type::Object(object) => Value::unknown(object.get(name).ok_or_else(missing)?.clone()),
            other => return Err(wrong_type("object", other.clone())),
        },
        other => return Err(wrong_type("object", other.ty())),
    };
    Ok(found.with_marks(marks))
}

fn wrong_type(wanted: &'static str, got: Type) -> OpError {
    OpError::WrongType { wanted, got }
}

/// Element `key` of a list, tuple, map or object; neither is converted.
pub fn index(value: &Value, key: &Value) -> Result<Value, OpError> {
    let (value, key, marks) = unmarked(value, key);
    if value.is_null() || key.is_null() {
        return Err(OpError::Null);
    }
    let ty = if value.is_type_dynamic() {
        return Ok(Value::dynamic().with_marks(marks));
    } else {
        element_type(value, key)?
    };
    let found = match ty {
        Some(ty) => Value::unknown(ty),
        None => element(value, key).ok_or(OpError::NoElement)?.clone(),
    };
    Ok(found.with_marks(marks))
}

/// The type of an element that is not known yet; `None` if it is known.
fn element_type(value: &Value, key: &Value) -> Result<Option<Type>, OpError> {
    let ty = value.ty();
    let (wanted, key_type) = match &ty {
        Type::List(_) | Type::Tuple(_) => ("number", Type::Number),
        Type::Map(_) | Type::Object(_) => ("string", Type::String),
        _ => return Err(wrong_type("list, map, or tuple", ty)),
    };
    if !key.is_type_dynamic() && !key.has_type(&key_type) {
        return Err(wrong_type(wanted, key.ty()));
    }
    if key.is_known() && value.is_known() {
        return Ok(None);
    }
    Ok(Some(match &ty {
        Type::Tuple(elements) if key.is_known() => {
            let element = position(key).and_then(|index| elements.get(index));
            element.cloned().ok_or(OpError::NoElement)?
        }
        Type::Object(object) if key.is_known() => {
            let attribute = key.as_str().and_then(|name| object.get(name));
            attribute.cloned().ok_or(OpError::NoElement)?
        }
        _ => ty.element().cloned().unwrap_or(Type::Dynamic),
    }))
}

fn element<'a>(value: &'a Value, key: &Value) -> Option<&'a Value> {
    match value {
        Value::List(list) => list.elements().get(position(key)?),
        Value::Tuple(tuple) => tuple.elements().get(position(key)?),
        _ => value.get(key.as_str()?),
    }
}

/// The position a key means, if it is a whole number from 0.
fn position(key: &Value) -> Option<usize> {
    key.as_number().and_then(Number::to_usize)
}

/// Whether `key` identifies an element of a list, tuple, map or object.
pub fn has_index(value: &Value, key: &Value) -> Result<Value, OpError> {
    let (value, key, marks) = unmarked(value, key);
    if value.is_null() || key.is_null() {
        return Err(OpError::Null);
    }
    let result = match value.ty() {
        Type::Dynamic => unknown(Type::Bool),
        Type::List(_) | Type::Map(_) if key.is_type_dynamic() => unknown(Type::Bool),
        Type::List(_) if !key.has_type(&Type::Number) => Value::Bool(false),
        Type::Map(_) if !key.has_type(&Type::String) => Value::Bool(false),
        Type::List(_) | Type::Map(_) if !key.is_known() || !value.is_known() => unknown(Type::Bool),
        Type::Tuple(elements) => has_position(elements.len(), key, Type::Number, position(key)),
        Type::Object(object) => {
            let names = object.attributes().iter().map(|(name, _)| name.as_str());
            let found = key
                .as_str()
                .and_then(|key| names.into_iter().position(|n| n == key));
            has_position(object.attributes().len(), key, Type::String, found)
        }
        Type::List(_) | Type::Map(_) => Value::Bool(element(value, key).is_some()),
        other => return Err(wrong_type("list, map, or tuple", other)),
    };
    Ok(result.with_marks(marks))
}

fn has_position(length: usize, key: &Value, ty: Type, found: Option<usize>) -> Value {
    if key.is_known() || !(key.is_type_dynamic() || key.has_type(&ty)) {
        return Value::Bool(found.is_some_and(|index| index < length));
    }
    unknown(Type::Bool)
}

/// The number of elements of a collection, tuple or object; unknown, between
/// bounds, if it is not certain.
pub fn length(value: &Value) -> Result<Value, OpError> {
    let (value, marks) = value.unmarked();
    let exactly = |length: usize| Value::number(length);
    let result = match value {
        Value::Tuple(tuple) => exactly(tuple.elements().len()),
        Value::Object(object) => exactly(object.attributes().len()),
        _ => length_by_type(value)?,
    };
    Ok(result.with_marks(marks))
}

fn length_by_type(value: &Value) -> Result<Value, OpError> {
    Ok(match value.ty() {
        _ if value.is_null() => return Err(OpError::Null),
        Type::Tuple(elements) => Value::number(elements.len()),
        Type::Object(object) => Value::number(object.attributes().len()),
        Type::Dynamic => unknown(Type::Number),
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let (min, max) = value.length_bounds();
            let refine = unknown(Type::Number).refine();
            let refine = refine.min(&Number::from(min), true);
            refine.max(&Number::from(max), true).finish()
        }
        other => return Err(wrong_type("collection", other)),
    })
}
