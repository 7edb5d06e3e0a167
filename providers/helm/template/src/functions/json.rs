//! Between template values and JSON.

use serde_json::{Map as JsonMap, Number, Value as Json};

use super::arguments::{Budget, Result};
use super::json_scan::complaint;
use crate::{Error, Kind, Limits, List, Map, Str, Type, Value};

/// Deepest nesting that is written: a map can hold itself.
const MAX_DEPTH: usize = 1_000;

/// A value as Go's `encoding/json` sees it: bytes are base 64, nil maps and slices are null.
///
/// # Errors
/// Values JSON doesn't have, in Go's words, maps that hold themselves, and [`ErrorKind::Limit`](crate::ErrorKind::Limit)
/// for values whose parts are shared until the whole is too large.
pub fn to_json_value(value: &Value) -> Result<Json> {
    to_json_within(value, &Limits::default())
}

/// The same for a run with `limits`.
pub(super) fn to_json_within(value: &Value, limits: &Limits) -> Result<Json> {
    convert(value, 0, &mut Budget::new(limits))
}

fn convert(value: &Value, depth: usize, budget: &mut Budget) -> Result<Json> {
    // Printed, it is indented by two for each level.
    budget.spend(size_of::<Json>() + 2 * depth)?;
    if depth > MAX_DEPTH {
        return Err(Error::new(
            "json: unsupported value: encountered a cycle via map[string]interface {}",
        ));
    }
    Ok(match value.kind() {
        Kind::Nil => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Int(int) => match (i64::try_from(int.get()), u64::try_from(int.get())) {
            (Ok(value), _) => value.into(),
            (_, Ok(value)) => value.into(),
            _ => Json::Null,
        },
        Kind::Float(value) => float(*value)?,
        Kind::Float32(value) => float(value.to_string().parse().unwrap_or(f64::from(*value)))?,
        Kind::String(text) => {
            budget.spend(text.len())?;
            Json::String(text.to_str().into_owned())
        }
        Kind::List(list) if list.is_nil() => Json::Null,
        Kind::List(list) if list.ty().underlying() == Type::BYTES => {
            use base64::Engine as _;
            let bytes = list.as_bytes().unwrap_or_default();
            Json::String(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
        Kind::List(list) => Json::Array(
            list.items()
                .iter()
                .map(|item| convert(item, depth + 1, budget))
                .collect::<Result<_>>()?,
        ),
        Kind::Map(map) if map.is_nil() => Json::Null,
        Kind::Map(map) => {
            let entries = map.entries().into_iter();
            let entry = |(key, value): (Str, Value)| {
                budget.spend(key.len())?;
                Ok((
                    key.to_str().into_owned(),
                    convert(&value, depth + 1, budget)?,
                ))
            };
            Json::Object(entries.map(entry).collect::<Result<JsonMap<_, _>>>()?)
        }
        Kind::Object(object) => match object.data() {
            Some(data) => convert(&data, depth + 1, budget)?,
            None => {
                let fields = object.fields().into_iter();
                let field = |(name, value): (&'static str, Value)| {
                    Ok((name.to_owned(), convert(&value, depth + 1, budget)?))
                };
                Json::Object(fields.map(field).collect::<Result<JsonMap<_, _>>>()?)
            }
        },
        Kind::Complex(..) => return Err(Error::new("json: unsupported type: complex128")),
        Kind::Func(function) => {
            return Err(Error::new(format!(
                "json: unsupported type: {}",
                function.type_name()
            )));
        }
    })
}

fn float(value: f64) -> Result<Json> {
    Number::from_f64(value).map(Json::Number).ok_or_else(|| {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        };
        Error::new(format!("json: unsupported value: {name}"))
    })
}

/// JSON as templates see it: every number is a float64.
#[must_use]
pub fn from_json_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::NIL,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number.as_f64().map_or(Value::NIL, Value::from),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => List::new(items.iter().map(from_json_value).collect()).into(),
        Json::Object(map) => map
            .iter()
            .map(|(key, value)| (Str::from(key.as_str()), from_json_value(value)))
            .collect::<Map>()
            .into(),
    }
}

/// Reads JSON; messages are Go's.
pub(super) fn from_json(text: &str) -> std::result::Result<Json, String> {
    serde_json::from_str(text).map_err(|error| complaint(text).unwrap_or_else(|| error.to_string()))
}
