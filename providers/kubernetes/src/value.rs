//! Values of the language and documents of the API.

use serde_json::{Map, Number as JsonNumber, Value as Json};
use trueup_value::{Number, Path, PathStep, Str, Type, Value};

/// What is known of a value as a document: nulls and what is unknown are left
/// out, but for elements of lists, which become null.
pub(crate) fn to_json(value: &Value) -> Json {
    match value.unmarked().0 {
        Value::Null(_) | Value::Unknown(_) => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(to_json_number(number)),
        Value::String(text) => Json::String(text.as_str().to_owned()),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            Json::Array(value.unmarked().0.values().map(to_json).collect())
        }
        Value::Map(map) => fields(map.entries()),
        Value::Object(object) => fields(object.attributes()),
        Value::Marked(_) => Json::Null,
    }
}

fn fields(entries: &[(Str, Value)]) -> Json {
    let known = entries
        .iter()
        .filter(|(_, value)| !value.is_null() && value.is_known());
    Json::Object(
        known
            .map(|(name, value)| (name.to_string(), to_json(value)))
            .collect(),
    )
}

fn to_json_number(number: &Number) -> JsonNumber {
    let whole = number.to_i64().map(JsonNumber::from);
    let whole = whole.or_else(|| number.to_u64().map(JsonNumber::from));
    let number = whole.or_else(|| JsonNumber::from_f64(number.to_f64()));
    number.unwrap_or_else(|| JsonNumber::from(0))
}

/// A document as a value: objects are objects, lists are tuples.
pub(crate) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(Type::Dynamic),
        Json::Bool(flag) => Value::bool(*flag),
        Json::String(text) => Value::string(text.as_str()),
        Json::Number(number) => Value::number(from_json_number(number)),
        Json::Array(elements) => Value::tuple(elements.iter().map(from_json).collect()),
        Json::Object(fields) => {
            let fields = fields.iter();
            Value::object(fields.map(|(name, value)| (name.as_str(), from_json(value))))
        }
    }
}

fn from_json_number(number: &JsonNumber) -> Number {
    let whole = number.as_i64().map(Number::from);
    let whole = whole.or_else(|| number.as_u64().map(Number::from));
    let number = whole.or_else(|| Number::from_f64(number.as_f64()?));
    number.unwrap_or_else(|| Number::from(0_i64))
}

/// Whether a value says what a document says: what is null on one side may be
/// missing on the other, and an empty list or map is as good as none.
pub(crate) fn means(value: &Value, json: Option<&Json>) -> bool {
    let value = value.unmarked().0;
    let Some(json) = json.filter(|json| !json.is_null()) else {
        return value.is_null() || is_empty(value);
    };
    match (value, json) {
        (Value::Null(_), Json::Array(elements)) => elements.is_empty(),
        (Value::Null(_), Json::Object(fields)) => fields.is_empty(),
        (Value::Bool(own), Json::Bool(other)) => own == other,
        (Value::String(own), Json::String(other)) => own.as_str() == other,
        (Value::Number(own), Json::Number(other)) => *own == from_json_number(other),
        (Value::Number(own), Json::String(other)) => own.to_string() == *other,
        (Value::String(own), Json::Number(other)) => own.as_str() == other.to_string(),
        (Value::List(_) | Value::Set(_) | Value::Tuple(_), Json::Array(elements)) => {
            value.length() == Some(elements.len())
                && value
                    .values()
                    .zip(elements)
                    .all(|(own, other)| means(own, Some(other)))
        }
        (Value::Map(map), Json::Object(fields)) => mean_fields(map.entries(), fields),
        (Value::Object(object), Json::Object(fields)) => mean_fields(object.attributes(), fields),
        _ => false,
    }
}

fn mean_fields(own: &[(Str, Value)], other: &Map<String, Json>) -> bool {
    own.iter()
        .all(|(name, value)| means(value, other.get(name.as_str())))
        && other.iter().all(|(name, json)| {
            let known = own.iter().any(|(own, _)| own.as_str() == name);
            known || json.is_null()
        })
}

fn is_empty(value: &Value) -> bool {
    matches!(
        value,
        Value::List(_) | Value::Set(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_)
    ) && value
        .values()
        .all(|inner| inner.is_null() || is_empty(inner))
}

/// A document as a value of which only what `manifest` has is known.
pub(crate) fn known_where(json: &Json, manifest: &Value) -> Value {
    match (json, manifest.unmarked().0) {
        (Json::Object(fields), Value::Object(_) | Value::Map(_)) => {
            let manifest = manifest.unmarked().0;
            Value::object(fields.iter().map(|(name, json)| {
                let value = match manifest.get(name) {
                    Some(inner) if !inner.is_null() => known_where(json, inner),
                    _ => unknown_below(json),
                };
                (name.as_str(), value)
            }))
        }
        (Json::Array(elements), Value::Tuple(_) | Value::List(_) | Value::Set(_))
            if manifest.unmarked().0.length() == Some(elements.len()) =>
        {
            let pairs = elements.iter().zip(manifest.unmarked().0.values());
            Value::tuple(
                pairs
                    .map(|(json, inner)| known_where(json, inner))
                    .collect(),
            )
        }
        _ => from_json(json),
    }
}

/// A document as a value of the same shape with nothing in it known.
fn unknown_below(json: &Json) -> Value {
    match json {
        Json::Object(fields) if !fields.is_empty() => Value::object(
            fields
                .iter()
                .map(|(name, json)| (name.as_str(), unknown_below(json))),
        ),
        Json::Array(elements) if !elements.is_empty() => {
            Value::tuple(elements.iter().map(unknown_below).collect())
        }
        other => Value::unknown(from_json(other).ty()),
    }
}

/// `object` with what a manifest, unknown in places, says: the object as far
/// as it can be foreseen without asking.
pub(crate) fn laid_over(object: &Value, manifest: &Value) -> Value {
    match (object.unmarked().0, manifest.unmarked().0) {
        (Value::Object(own), Value::Object(_) | Value::Map(_)) => {
            let over = manifest.unmarked().0;
            let mut fields: Vec<(Str, Value)> = own.attributes().to_vec();
            for (name, value) in over.elements() {
                let (Some(name), false) = (name.as_str(), value.is_null()) else {
                    continue;
                };
                match fields.iter_mut().find(|(own, _)| own.as_str() == name) {
                    Some((_, own)) => *own = laid_over(own, &value),
                    None => fields.push((Str::new(name), value)),
                }
            }
            Value::object(fields)
        }
        (Value::Tuple(own), Value::Tuple(over))
            if own.elements().len() == over.elements().len() =>
        {
            let pairs = own.elements().iter().zip(over.elements());
            Value::tuple(pairs.map(|(own, over)| laid_over(own, over)).collect())
        }
        _ => manifest.clone(),
    }
}

/// The path of attributes `steps` leads to below `start`, as far as `value`
/// has it.
pub(crate) fn path_in(start: &str, value: &Value, steps: &[&str]) -> Path {
    let mut path = Path::new().attr(start);
    let mut at = value;
    for step in steps {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (*step, None),
        };
        let Some(inner) = at.unmarked().0.get(name) else {
            break;
        };
        path.push(match at.unmarked().0 {
            Value::Map(_) => PathStep::Index(Value::string(name)),
            _ => PathStep::Attr(Str::new(name)),
        });
        at = inner;
        if let Some(index) = index {
            let Some(element) = at.unmarked().0.values().nth(index) else {
                break;
            };
            path.push(PathStep::Index(Value::number(index)));
            at = element;
        }
    }
    path
}
