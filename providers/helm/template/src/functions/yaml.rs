//! YAML in templates.

use super::arguments::{Result, put};
use super::encoding::{error_map, kind};
use super::json::{from_json_value, to_json_value};
use crate::yaml::{from_yaml, to_yaml, to_yaml_pretty};
use crate::{Error, Functions, List, Map, Type, Value};

const S: Type = Type::String;
const ANY: Type = Type::Any;

pub(super) fn add(functions: &mut Functions) {
    put(functions, "toYaml", &[ANY], |args| {
        Ok(print(&args.value(0)).unwrap_or_default().into())
    });
    put(functions, "mustToYaml", &[ANY], |args| {
        Ok(print(&args.value(0))?.into())
    });
    put(functions, "toYamlPretty", &[ANY], |args| {
        let printed = to_json_value(&args.value(0)).map(|value| to_yaml_pretty(&value));
        Ok(printed.unwrap_or_default().trim_end_matches('\n').into())
    });
    put(functions, "fromYaml", &[S], |args| {
        Ok(read_map(args.str(0).as_bytes()))
    });
    put(functions, "fromYamlArray", &[S], |args| {
        Ok(read_list(args.str(0).as_bytes()))
    });
}

fn print(value: &Value) -> Result<String> {
    let mut text =
        to_yaml(&to_json_value(value)?).map_err(|error| Error::new(error.to_string()))?;
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
        Ok(serde_json::Value::Null) => Map::nil(Type::MAP).into(),
        Ok(value) if value.is_object() => from_json_value(&value),
        Ok(other) => error_map(&mismatch(kind(&other), "map[string]interface {}")),
        Err(error) => error_map(&format!("error converting YAML to JSON: {error}")),
    }
}

fn read_list(text: &[u8]) -> Value {
    let message = match from_yaml(text) {
        Ok(serde_json::Value::Null) => return List::nil(Type::LIST).into(),
        Ok(value) if value.is_array() => return from_json_value(&value),
        Ok(other) => mismatch(kind(&other), "[]interface {}"),
        Err(error) => format!("error converting YAML to JSON: {error}"),
    };
    List::new(vec![message.into()]).into()
}
