//! Values as the template engine holds them: maps are shared, as in Helm.

use serde_json::Value as Json;
use trueup_helm_template::{Kind, List, Map, Str, Value};

/// A fresh copy of JSON as a template value. Numbers become float64.
pub(crate) fn to_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::NIL,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::int64(whole),
            (_, Some(float)) => float.into(),
            _ => Value::NIL,
        },
        Json::String(text) => Value::string(text.as_str()),
        Json::Array(items) => List::new(items.iter().map(to_value).collect()).into(),
        Json::Object(map) => to_map(map).into(),
    }
}

/// A fresh copy of a JSON object as a map of the template engine.
pub(crate) fn to_map(map: &serde_json::Map<String, Json>) -> Map {
    map.iter()
        .map(|(key, value)| (Str::from(key.as_str()), to_value(value)))
        .collect()
}

/// A deep copy: no map is shared with the original.
pub(crate) fn copy(value: &Value) -> Value {
    match value.kind() {
        Kind::Map(map) => copy_map(map).into(),
        Kind::List(list) => List::new(list.items().iter().map(copy).collect()).into(),
        _ => value.clone(),
    }
}

pub(crate) fn copy_map(map: &Map) -> Map {
    map.copied(|entries| entries.values_mut().for_each(own))
}

/// A deep copy without nulls in maps, at every depth that only maps lead to.
pub(crate) fn copy_without_nulls(value: &Value) -> Value {
    let Kind::Map(map) = value.kind() else {
        return copy(value);
    };
    let copy = map.copied(|entries| {
        entries.retain(|_, value| !value.is_nil());
        for value in entries.values_mut() {
            match value.kind() {
                Kind::Map(_) => *value = copy_without_nulls(value),
                _ => own(value),
            }
        }
    });
    copy.into()
}

/// Lets nothing of it be shared.
fn own(value: &mut Value) {
    if matches!(value.kind(), Kind::Map(_) | Kind::List(_)) {
        *value = copy(value);
    }
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("{0:?} is not a table")]
    NoTable(String),
    #[error("{0:?} is not a value")]
    NoValue(String),
}

/// The map at a dotted path.
pub(crate) fn table(values: &Map, path: &str) -> Result<Map, PathError> {
    let mut table = values.clone();
    for part in path.split('.') {
        let Some(inner) = table.get(part).and_then(|value| value.as_map().cloned()) else {
            return Err(PathError::NoTable(part.to_owned()));
        };
        table = inner;
    }
    Ok(table)
}

/// The value at a dotted path that isn't a map.
pub(crate) fn path_value(values: &Map, path: &str) -> Result<Value, PathError> {
    let (parent, key) = match path.rsplit_once('.') {
        Some((parent, key)) => (table(values, parent), key),
        None => (Ok(values.clone()), path),
    };
    let missing = || PathError::NoValue(key.to_owned());
    let value = parent
        .map_err(|_| missing())?
        .get(key)
        .ok_or_else(missing)?;
    if value.as_map().is_some() {
        Err(missing())
    } else {
        Ok(value)
    }
}
