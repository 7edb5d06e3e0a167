//! `.Values`, and what else is a `common.Values` in Helm.

use trueup_helm_template::function::{Method, Signature};
use trueup_helm_template::functions::to_json_value;
use trueup_helm_template::value::NamedType;
use trueup_helm_template::yaml::to_yaml;
use trueup_helm_template::{Error, Map, Str, Type, Value};

use crate::values::{PathError, path_value, table};

const PATH: Signature = Signature::fixed(&[Type::String]);
const NONE: Signature = Signature::fixed(&[]);

static VALUES: NamedType = NamedType {
    name: "common.Values",
    underlying: Type::MAP,
    methods: &[
        Method {
            name: "AsMap",
            signature: NONE,
            body: |_, args| Ok(map(args).retyped(Type::MAP).into()),
        },
        // Whoever calls it has no writer to give.
        Method {
            name: "Encode",
            signature: Signature::fixed(&[Type::Opaque("io.Writer")]),
            body: |_, _| Err(Error::new("no writer")),
        },
        Method {
            name: "PathValue",
            signature: PATH,
            body: |_, args| found(path_value(&map(args), &path(args))),
        },
        Method {
            name: "Table",
            signature: PATH,
            body: |_, args| found(table(&map(args), &path(args)).map(chart_values)),
        },
        Method {
            name: "YAML",
            signature: NONE,
            body: |_, args| printed(&map(args).into()),
        },
    ],
};

/// The same map as a `common.Values`.
pub(crate) fn chart_values(map: Map) -> Value {
    map.retyped(Type::Named(&VALUES)).into()
}

fn map(args: &[Value]) -> Map {
    let map = args.first().and_then(Value::as_map);
    map.cloned().unwrap_or_else(|| Map::nil(Type::MAP))
}

fn path(args: &[Value]) -> String {
    let path = args.get(1).and_then(Value::as_string);
    path.map(Str::to_string).unwrap_or_default()
}

fn found(found: Result<Value, PathError>) -> Result<Value, Error> {
    found.map_err(|error| Error::new(error.to_string()))
}

fn printed(values: &Value) -> Result<Value, Error> {
    let text = to_yaml(&to_json_value(values)?);
    let text = text.map_err(|error| Error::new(error.to_string()))?;
    Ok(text.into())
}
