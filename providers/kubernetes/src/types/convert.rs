//! Values of a resource type and objects of the API.

use serde_json::{Map, Value as Json};
use trueup_value::{Type, Value};

use super::outline::{Form, Node, object_type};
use crate::value::{from_json as plain, to_json as plain_json};

/// What a configuration says, as fields of an object. What is not given and
/// has no value of its own is left out, and so are empty texts, zeros and
/// empty collections: they stand for what is not given in states of
/// Terraform's provider.
pub(crate) fn to_json(config: &Value, nodes: &[Node]) -> Map<String, Json> {
    let config = config.unmarked().0;
    let mut fields = Map::new();
    for node in nodes.iter().filter(|node| !node.flags.readonly) {
        let given = config.get(&node.name).map(|value| value.unmarked().0);
        let given = given
            .filter(|value| !value.is_null() && value.is_known())
            .cloned();
        let Some(value) = given.or_else(|| node.default()) else {
            continue;
        };
        if let Some(json) = field_json(&value, node) {
            fields.insert(node.json.to_owned(), json);
        }
    }
    fields
}

fn field_json(value: &Value, node: &Node) -> Option<Json> {
    match &node.form {
        Form::Block(inner) => {
            let first = value.values().next()?;
            Some(Json::Object(to_json(first, inner)))
        }
        Form::Blocks(inner) => {
            let elements = value
                .values()
                .map(|element| Json::Object(to_json(element, inner)));
            let elements: Vec<Json> = elements.collect();
            (!elements.is_empty()).then_some(Json::Array(elements))
        }
        Form::TextOrNumber => {
            let text = value.as_str().filter(|text| !text.is_empty())?;
            Some(match text.parse::<i64>() {
                Ok(number) => Json::from(number),
                Err(_) => Json::from(text),
            })
        }
        Form::Text => value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(Json::from),
        Form::Number => value
            .as_number()
            .filter(|number| !number.is_zero())
            .map(|_| plain_json(value)),
        Form::Flag => value.as_bool().map(Json::from),
        Form::Texts | Form::TextMap => (value.length() != Some(0)).then(|| plain_json(value)),
    }
}

/// What an object of the API says, as a value. Where the value before means
/// the same it stays: what is empty there may be missing here.
pub(crate) fn from_json(json: &Json, nodes: &[Node], before: &Value) -> Value {
    let before = before.unmarked().0;
    Value::object(nodes.iter().map(|node| {
        let known = before.get(&node.name);
        let null = Value::null(node.ty());
        let known = known.unwrap_or(&null);
        let found = json.get(node.json).filter(|json| !json.is_null());
        (node.name.as_str(), field_value(found, node, known))
    }))
}

fn field_value(json: Option<&Json>, node: &Node, before: &Value) -> Value {
    let before = before.unmarked().0;
    match (&node.form, json) {
        (Form::Block(inner), Some(json)) => {
            let null = Value::null(object_type(inner));
            let first = before.values().next().unwrap_or(&null);
            blocks(node, inner, vec![from_json(json, inner, first)])
        }
        (Form::Block(inner), None) => {
            let blank = before.values().next().is_some_and(is_blank);
            match blank {
                true => before.clone(),
                false => blocks(node, inner, Vec::new()),
            }
        }
        (Form::Blocks(inner), found) => {
            let elements = found
                .and_then(Json::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let null = Value::null(object_type(inner));
            let known: Vec<&Value> = before.values().collect();
            let values = elements.iter().enumerate().map(|(index, json)| {
                let before = match node.flags.set {
                    true => known
                        .iter()
                        .find(|known| from_json(json, inner, known) == ***known),
                    false => known.get(index),
                };
                from_json(json, inner, before.copied().unwrap_or(&null))
            });
            blocks(node, inner, values.collect())
        }
        (_, None) => match is_blank(before) && !before.is_null() {
            true => before.clone(),
            false => node.default().unwrap_or_else(|| Value::null(node.ty())),
        },
        (Form::Text | Form::TextOrNumber, Some(json)) => match json {
            Json::String(text) => Value::string(text.as_str()),
            other => Value::string(other.to_string()),
        },
        (Form::Flag, Some(json)) => json
            .as_bool()
            .map_or_else(|| Value::null(Type::Bool), Value::bool),
        (Form::Number, Some(json)) => match json {
            Json::Number(_) => plain(json),
            _ => Value::null(Type::Number),
        },
        (Form::Texts, Some(json)) => texts(json, node.flags.set, before),
        (Form::TextMap, Some(json)) => {
            let entries = json.as_object().into_iter().flatten();
            let entries = entries.map(|(key, value)| {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                (key.as_str(), Value::string(text))
            });
            Value::map(Type::String, entries)
        }
    }
}

fn texts(json: &Json, set: bool, before: &Value) -> Value {
    let elements = json
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str);
    let elements: Vec<Value> = elements.map(Value::string).collect();
    if elements.is_empty() && is_blank(before) {
        return before.clone();
    }
    match set {
        true => Value::set(Type::String, elements),
        false => Value::list(Type::String, elements),
    }
}

fn blocks(node: &Node, inner: &[Node], elements: Vec<Value>) -> Value {
    match node.flags.set {
        true => Value::set(object_type(inner), elements),
        false => Value::list(object_type(inner), elements),
    }
}

/// Whether a value stands for what is not given.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value.unmarked().0 {
        Value::Null(_) => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.is_zero(),
        Value::String(text) => text.as_str().is_empty(),
        Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Tuple(_) => {
            value.unmarked().0.length() == Some(0)
        }
        Value::Object(_) => value.unmarked().0.values().all(is_blank),
        _ => false,
    }
}
