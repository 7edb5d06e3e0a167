//! What is in the cluster.

use serde_json::Value as Json;

use super::{
    arguments::Args,
    source::{Query, Sources},
};
use crate::{Error, Function, Functions, List, Map, Signature, Str, Type, Value};

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    const SIGNATURE: Signature =
        Signature::fixed(&[Type::String, Type::String, Type::String, Type::String]);
    let cluster = sources.cluster.clone();
    let lookup = move |_: &mut crate::Call<'_>, args: &[Value]| {
        let args = Args(args);
        let text = |place| args.text(place).to_string();
        let query = Query {
            api_version: text(0),
            kind: text(1),
            namespace: text(2),
            name: text(3),
        };
        let found = cluster.as_ref().map(|cluster| cluster.find(&query));
        match found.transpose().map_err(Error::new)?.flatten() {
            Some(object) => Ok(value(&object)),
            None => Ok(Map::new().into()),
        }
    };
    functions.insert("lookup", Function::new(SIGNATURE, lookup));
}

/// An object as Kubernetes' client for Go has it: whole numbers are integers,
/// of which `fromJson` has none.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::NIL,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::int64(whole),
            (None, Some(float)) => float.into(),
            (None, None) => Value::NIL,
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => List::new(items.iter().map(value).collect()).into(),
        Json::Object(map) => map
            .iter()
            .map(|(key, inner)| (Str::from(key.as_str()), value(inner)))
            .collect::<Map>()
            .into(),
    }
}
