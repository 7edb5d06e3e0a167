//! YAML in templates.

use super::arguments::{Args, Result, put};
use super::encoding::{error_map, hidden, kind};
use super::json::{from_json_value, to_json_within};
use super::leaf_flow::{label, label_leaves, yaml_order};
use crate::yaml::{from_yaml, leaf_ranges, to_yaml, to_yaml_marked, to_yaml_pretty};
use crate::{Call, Error, Function, Functions, Limits, List, Map, Signature, Str, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;

pub(super) fn add(functions: &mut Functions) {
    const ONE: Signature = Signature::fixed(&[ANY]);
    let to_yaml = Function::new(ONE, |call, args| print_traced(call, args).or_else(hidden));
    functions.insert("toYaml", to_yaml.flow_aware());
    functions.insert("mustToYaml", Function::new(ONE, print_traced).flow_aware());
    let pretty = |call: &mut Call<'_>, args: &[Value]| {
        let value = to_json_within(&Args(args).value(0), call.limits());
        let printed = value.map(|value| to_yaml_pretty(&value));
        printed.map_or_else(hidden, |text| {
            Ok(text.strip_suffix('\n').unwrap_or(&text).into())
        })
    };
    functions.insert("toYamlPretty", Function::new(ONE, pretty));
    const TEXT: Signature = Signature::fixed(&[S]);
    let from_yaml = Function::new(TEXT, |call, args| Ok(read_traced(call, args)));
    functions.insert("fromYaml", from_yaml.flow_aware());
    put(functions, "fromYamlArray", &[S], |args| {
        Ok(read_list(args.str(0).as_bytes()))
    });
}

/// Each leaf keeps its flow, where flow is wanted.
fn print_traced(call: &mut Call<'_>, args: &[Value]) -> Result {
    let value = Args(args).value(0);
    if !call.is_traced() {
        return Ok(print(&value, call.limits())?.into());
    }
    let (mut text, ranges) = to_yaml_marked(&to_json_within(&value, call.limits())?)
        .map_err(|error| Error::new(error.to_string()))?;
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(label(text, &value, yaml_order, &ranges))
}

/// Each leaf has the flow of the text it was read from.
fn read_traced(call: &mut Call<'_>, args: &[Value]) -> Value {
    let text = Args(args).value(0);
    let bytes = text.as_string().map(Str::as_bytes).unwrap_or_default();
    let read = read_map(bytes);
    if !call.is_traced() || text.flow().is_none() {
        return read;
    }
    match std::str::from_utf8(bytes).map(leaf_ranges) {
        Ok(Ok(leaves)) => label_leaves(read, &text, &leaves),
        _ => read.with_labels(&text.deep_labels()),
    }
}

fn print(value: &Value, limits: &Limits) -> Result<String> {
    let mut text =
        to_yaml(&to_json_within(value, limits)?).map_err(|error| Error::new(error.to_string()))?;
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}

fn mismatch(kind: &str, target: &str) -> String {
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type {target}"
    )
}

fn read_map(text: &[u8]) -> Value {
    match from_yaml(text) {
        // Nothing is read into the empty map that is there.
        Ok(serde_json::Value::Null) => Map::new().into(),
        Ok(value) if value.is_object() => from_json_value(&value),
        Ok(other) => error_map(&mismatch(kind(&other), "map[string]interface {}")),
        Err(error) => error_map(&format!("error converting YAML to JSON: {error}")),
    }
}

fn read_list(text: &[u8]) -> Value {
    let message = match from_yaml(text) {
        Ok(serde_json::Value::Null) => return List::new(Vec::new()).into(),
        Ok(value) if value.is_array() => return from_json_value(&value),
        Ok(other) => mismatch(kind(&other), "[]interface {}"),
        Err(error) => format!("error converting YAML to JSON: {error}"),
    };
    List::new(vec![message.into()]).into()
}
