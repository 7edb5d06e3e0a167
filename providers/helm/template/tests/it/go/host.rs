//! The functions and typed values of `oracle.go`, in Rust.

use std::any::Any;

use serde_json::Value as Json;
use trueup_helm_template::{
    Call, Error, Function, Functions, Kind, List, Map, Method, Signature, Str, Type, Value, print,
    value::{IntKind, NamedType, Object},
};

type Result<R, E = Error> = std::result::Result<R, E>;
type Body = fn(&mut Call<'_>, &[Value]) -> Result<Value>;

pub(crate) fn functions() -> Functions {
    use Type as T;
    const INT8: Type = Type::Int(IntKind::Uint8);
    let mut functions = Functions::new();
    let fixed: [(&'static str, &'static [Type], Body); 13] = [
        ("str", &[T::String], |_, args| {
            Ok(format!("<{}>", args[0].as_string().unwrap()).into())
        }),
        ("integer", &[T::INT], |_, args| {
            Ok(Value::int(args[0].as_int().unwrap().wrapping_add(1) as i64))
        }),
        ("wide", &[T::INT64], same),
        ("byte", &[INT8], same),
        ("float", &[T::Float64], same),
        ("boolean", &[T::Bool], |_, args| {
            Ok((!args[0].as_bool().unwrap()).into())
        }),
        ("any", &[T::Any], same),
        ("two", &[T::String, T::INT], |_, args| {
            print::sprint(args).map(Value::from)
        }),
        ("strs", &[T::STRINGS], |_, args| {
            let items = args[0].as_list().unwrap().items().iter();
            let items: Vec<_> = items
                .map(|item| item.as_string().unwrap().to_string())
                .collect();
            Ok(items.join(",").into())
        }),
        ("dict", &[T::MAP], |_, args| {
            Ok(Value::int(args[0].as_map().unwrap().len() as i64))
        }),
        ("oops", &[T::String], |_, args| {
            Err(Error::new(format!(
                "oops: {}",
                args[0].as_string().unwrap()
            )))
        }),
        ("new", &[], |_, _| Ok(Map::new().into())),
        ("nothing", &[], |_, _| Ok(Value::NIL)),
    ];
    for (name, params, body) in fixed {
        functions.insert(name, Function::new(Signature::fixed(params), body));
    }
    let many = Signature::variadic(&[T::String], T::INT);
    functions.insert(
        "many",
        Function::new(many, |_, args| {
            let rest = List::typed(Type::Slice(&Type::INT), args[1..].to_vec());
            print::sprint(&[args[0].clone(), rest.into()]).map(Value::from)
        }),
    );
    let any = Signature::variadic(&[], T::Any);
    functions.insert(
        "anys",
        Function::new(any, |_, args| Ok(Value::int(args.len() as i64))),
    );
    functions.insert(
        "list",
        Function::new(any, |_, args| Ok(List::new(args.to_vec()).into())),
    );
    let set = Function::new(
        Signature::fixed(&[T::MAP, T::String, T::Any]),
        |_, args: &[Value]| {
            let (map, key) = (args[0].as_map().unwrap(), args[1].as_string().unwrap());
            if map.is_nil() {
                return Err(Error::new("assignment to entry in nil map"));
            }
            map.insert(key.clone(), args[2].clone());
            Ok(args[0].clone())
        },
    );
    functions.insert("set", set.mutating());
    let text_and_data = Signature::fixed(&[T::String, T::Any]);
    functions.insert(
        "include",
        Function::new(text_and_data, include).flow_aware(),
    );
    functions.insert("tpl", Function::new(text_and_data, tpl).flow_aware());
    functions
}

fn same(_: &mut Call<'_>, args: &[Value]) -> Result<Value> {
    Ok(args[0].clone())
}

fn include(call: &mut Call<'_>, args: &[Value]) -> Result<Value> {
    let name = args[0].as_string().unwrap().to_str();
    let depth = call.depth_of(&name);
    if *depth > 1000 {
        let message = format!("rendering template has a nested reference name: {name}: ");
        let cause = Error::new("unable to execute template");
        return Err(Error::caused(message + cause.message(), cause));
    }
    *depth += 1;
    let result = call.execute(&name, &args[1]);
    *call.depth_of(&name) -= 1;
    result
}

fn tpl(call: &mut Call<'_>, args: &[Value]) -> Result<Value> {
    let text = args[0].as_string().unwrap();
    call.execute_text(text, &args[1]).map_err(|error| {
        let quoted = print::sprintf(&Str::from("%q"), &args[..1]).unwrap();
        let what = match error.kind() {
            trueup_helm_template::ErrorKind::Parse => "cannot parse template",
            _ => "error during tpl function execution for",
        };
        Error::caused(format!("{what} {quoted}: {error}"), error)
    })
}

static VALUES: NamedType = NamedType {
    name: "main.Values",
    underlying: Type::MAP,
    methods: &[
        Method {
            name: "Has",
            signature: Signature::fixed(&[Type::String]),
            body: |_, args| {
                let key = args[1].as_string().unwrap();
                Ok(args[0].as_map().unwrap().contains(key).into())
            },
        },
        Method {
            name: "Join",
            signature: Signature::variadic(&[Type::String], Type::String),
            body: |_, args| {
                let parts = args[2..]
                    .iter()
                    .map(|arg| arg.as_string().unwrap().to_string());
                let parts: Vec<_> = parts.collect();
                Ok(parts.join(&args[1].as_string().unwrap().to_str()).into())
            },
        },
        Method {
            name: "Fails",
            signature: Signature::fixed(&[]),
            body: |_, _| Err(Error::new("it fails")),
        },
    ],
};

#[derive(Debug)]
struct Chart;

impl Object for Chart {
    fn ty(&self) -> Type {
        Type::Opaque("main.Chart")
    }

    fn field(&self, name: &str) -> Option<Value> {
        let mut fields = self.fields().into_iter();
        fields
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Name", "demo".into()),
            ("Version", "1.2.3".into()),
            ("Tags", List::strings(["a", "b"]).into()),
            ("Extra", Value::NIL),
        ]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct Version(i64);

static NEXT: Method = Method {
    name: "Next",
    signature: Signature::fixed(&[Type::INT]),
    body: |_, args| {
        let version: &Version = args[0].as_object().unwrap();
        Ok(Value::int(
            version.0.wrapping_add(args[1].as_int().unwrap() as i64),
        ))
    },
};

impl Object for Version {
    fn ty(&self) -> Type {
        Type::Opaque("*main.Version")
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Major", Value::int(1)), ("Minor", Value::int(self.0))]
    }

    fn field(&self, name: &str) -> Option<Value> {
        let mut fields = self.fields().into_iter();
        fields
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    fn method(&self, name: &str) -> Option<&'static Method> {
        (name == "Next").then_some(&NEXT)
    }

    fn text(&self) -> Option<String> {
        Some(format!("v1.{}", self.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The value that a case's JSON stands for.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::NIL,
        Json::Bool(bool) => (*bool).into(),
        Json::Number(number) => number.as_f64().unwrap().into(),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => List::new(items.iter().map(value).collect()).into(),
        Json::Object(entries) => {
            if let Some((key, json)) = entries.iter().next()
                && let Some(kind) = key.strip_prefix('$').filter(|_| entries.len() == 1)
            {
                return typed(kind, json);
            }
            let entries = entries.iter();
            Map::from_iter(entries.map(|(key, json)| (key.as_str().into(), value(json)))).into()
        }
    }
}

fn typed(kind: &str, json: &Json) -> Value {
    let items = || json.as_array().unwrap().iter();
    let number = || json.as_str().unwrap().parse::<i128>().unwrap();
    let int = |kind| Value::integer(kind, number());
    match kind {
        "int" => int(IntKind::Int),
        "int8" => int(IntKind::Int8),
        "int16" => int(IntKind::Int16),
        "int32" => int(IntKind::Int32),
        "int64" => int(IntKind::Int64),
        "uint" => int(IntKind::Uint),
        "uint8" => int(IntKind::Uint8),
        "uint16" => int(IntKind::Uint16),
        "uint32" => int(IntKind::Uint32),
        "uint64" => int(IntKind::Uint64),
        "float64" => json.as_str().unwrap().parse::<f64>().unwrap().into(),
        "float32" => Kind::Float32(json.as_str().unwrap().parse().unwrap()).into(),
        "complex" => {
            let parts: Vec<f64> = items().map(|part| part.as_f64().unwrap()).collect();
            Kind::Complex(parts[0], parts[1]).into()
        }
        "bytes" => Value::bytes(json.as_str().unwrap().as_bytes()),
        "raw" => {
            let bytes: Vec<u8> = items().map(|byte| byte.as_u64().unwrap() as u8).collect();
            Value::string(bytes)
        }
        "strings" => List::strings(items().map(|item| item.as_str().unwrap())).into(),
        "ints" => {
            let items = items().map(|item| Value::int(item.as_i64().unwrap()));
            List::typed(Type::Slice(&Type::INT), items.collect()).into()
        }
        "lists" => List::typed(Type::Slice(&Type::LIST), items().map(value).collect()).into(),
        "stringmap" => {
            let entries = json.as_object().unwrap().iter();
            let entries = entries.map(|(key, item)| (key.as_str().into(), value(item)));
            Map::typed(Type::Map(&Type::String), entries).into()
        }
        "intmap" => {
            let entries = json.as_object().unwrap().iter();
            let entries = entries
                .map(|(key, item)| (key.as_str().into(), Value::int(item.as_i64().unwrap())));
            Map::typed(Type::Map(&Type::INT), entries).into()
        }
        "nilmap" => Map::nil(Type::MAP).into(),
        "nillist" => List::nil(Type::LIST).into(),
        "values" => match value(json).kind() {
            Kind::Map(map) => map.retyped(Type::Named(&VALUES)).into(),
            _ => unreachable!(),
        },
        "chart" => Value::object(Chart),
        "version" => Value::object(Version(json.as_i64().unwrap())),
        _ => panic!("unknown type {kind}"),
    }
}
