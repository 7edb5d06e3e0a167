//! `.Files`.

use base64::Engine as _;
use serde_json::Value as Json;
use trueup_helm_template::function::{Method, Signature};
use trueup_helm_template::value::NamedType;
use trueup_helm_template::yaml::to_yaml;
use trueup_helm_template::{List, Map, Str, Type, Value};

use crate::chart::File;
use crate::glob::Glob;

const PATH: Signature = Signature::fixed(&[Type::String]);
const NONE: Signature = Signature::fixed(&[]);

static FILES: NamedType = NamedType {
    name: "engine.files",
    underlying: Type::Map(&Type::BYTES),
    methods: &[
        Method {
            name: "Get",
            signature: PATH,
            body: |_, args| Ok(content(args).into()),
        },
        Method {
            name: "GetBytes",
            signature: PATH,
            body: |_, args| Ok(Value::bytes(content(args).as_bytes())),
        },
        Method {
            name: "Glob",
            signature: PATH,
            body: |_, args| Ok(glob(args)),
        },
        Method {
            name: "AsConfig",
            signature: NONE,
            body: |_, args| Ok(flattened(args, |data| data.to_str().into_owned())),
        },
        Method {
            name: "AsSecrets",
            signature: NONE,
            body: |_, args| {
                Ok(flattened(args, |data| {
                    base64::engine::general_purpose::STANDARD.encode(data.as_bytes())
                }))
            },
        },
        Method {
            name: "Lines",
            signature: PATH,
            body: |_, args| Ok(lines(args)),
        },
    ],
};

/// The files of a chart as templates see them.
pub(crate) fn files(files: &[File]) -> Value {
    let entries = files
        .iter()
        .map(|file| (Str::from(file.name.as_str()), Value::bytes(&file.data)));
    Map::typed(Type::Named(&FILES), entries).into()
}

fn map(args: &[Value]) -> Map {
    args.first()
        .and_then(Value::as_map)
        .cloned()
        .unwrap_or_else(|| Map::nil(Type::Named(&FILES)))
}

fn bytes(value: &Value) -> Str {
    Str::from(value.as_list().and_then(List::as_bytes).unwrap_or_default())
}

fn argument(args: &[Value]) -> Str {
    args.get(1)
        .and_then(Value::as_string)
        .cloned()
        .unwrap_or_default()
}

/// The file of the name, or nothing.
fn content(args: &[Value]) -> Str {
    map(args)
        .get(argument(args).as_bytes())
        .map(|value| bytes(&value))
        .unwrap_or_default()
}

fn glob(args: &[Value]) -> Value {
    let pattern = Glob::new(&argument(args).to_str());
    let entries = map(args).entries().into_iter();
    let entries: Vec<(Str, Value)> = entries
        .filter(|(name, _)| pattern.matches(&name.to_str()))
        .collect();
    Map::typed(Type::Named(&FILES), entries).into()
}

/// Base names and contents as a YAML map.
fn flattened(args: &[Value], text: fn(&Str) -> String) -> Value {
    let entries = map(args).entries().into_iter().map(|(name, value)| {
        let name = name.to_str();
        let base = name.rsplit('/').next().unwrap_or(&name).to_owned();
        (base, Json::String(text(&bytes(&value))))
    });
    let printed = to_yaml(&Json::Object(entries.collect())).unwrap_or_default();
    printed.trim_end_matches('\n').into()
}

fn lines(args: &[Value]) -> Value {
    let content = content(args);
    let text = content.to_str();
    if text.is_empty() {
        return List::strings(Vec::<String>::new()).into();
    }
    List::strings(text.strip_suffix('\n').unwrap_or(&text).split('\n')).into()
}
