//! What expressions may refer to: values of every kind, the same as in
//! `tests/differential/language/oracle/evaluate.go`.

use std::sync::Arc;

use trueup_value::{Marks, Number, Type, Value};

pub(crate) fn variables() -> Value {
    Value::object(
        known()
            .into_iter()
            .chain(nothing())
            .chain(unknown())
            .chain(partly_known())
            .chain(marked()),
    )
}

type Named = Vec<(&'static str, Value)>;

fn text(text: &str) -> Value {
    Value::string(text)
}

fn number(number: i64) -> Value {
    Value::number(number)
}

fn strings(elements: Vec<Value>) -> Value {
    Value::list(Type::String, elements)
}

fn map(pairs: [(&str, Value); 2]) -> Value {
    Value::map(Type::String, pairs)
}

fn object(a: Value, b: Value) -> Value {
    Value::object([("a", a), ("b", b)])
}

fn object_type() -> Type {
    object(text(""), number(0)).ty()
}

fn of(container: fn(Arc<Type>) -> Type) -> Type {
    container(Arc::new(Type::String))
}

fn known() -> Named {
    let numbers = vec![number(3), number(1), number(2)];
    let objects = vec![
        object(text("x"), number(1)),
        object(text("y"), Value::null(Type::Number)),
    ];
    vec![
        ("s", text("hello")),
        ("n", number(5)),
        ("b", Value::bool(true)),
        ("digits", text("12")),
        ("empty", text("")),
        (
            "fraction",
            Number::parse("2.5").map_or_else(Value::dynamic, Value::number),
        ),
        ("list", strings(vec![text("b"), text("a"), text("c")])),
        ("numbers", Value::list(Type::Number, numbers)),
        ("none", strings(vec![])),
        ("set", Value::set(Type::String, vec![text("x"), text("y")])),
        ("map", map([("k", text("v")), ("l", text("w"))])),
        ("nomap", Value::map::<&str>(Type::String, [])),
        ("obj", object(text("x"), number(1))),
        ("objs", Value::list(object_type(), objects)),
        (
            "tuple",
            Value::tuple(vec![text("a"), number(1), Value::bool(true)]),
        ),
    ]
}

fn nothing() -> Named {
    vec![
        ("null_s", Value::null(Type::String)),
        ("null_n", Value::null(Type::Number)),
        ("null_list", Value::null(of(Type::List))),
        ("null_map", Value::null(of(Type::Map))),
        ("null_obj", Value::null(object_type())),
        ("holed", strings(vec![text("a"), Value::null(Type::String)])),
    ]
}

fn unknown() -> Named {
    let unknown = Value::unknown;
    let refine = |ty| Value::unknown(ty).refine().not_null();
    let (one, nine) = (Number::from(1), Number::from(9));
    vec![
        ("u_any", Value::dynamic()),
        ("u_s", unknown(Type::String)),
        ("u_n", unknown(Type::Number)),
        ("u_b", unknown(Type::Bool)),
        ("u_list", unknown(of(Type::List))),
        ("u_set", unknown(of(Type::Set))),
        ("u_map", unknown(of(Type::Map))),
        ("u_obj", unknown(object_type())),
        (
            "u_tuple",
            unknown(Value::tuple(vec![text(""), number(0)]).ty()),
        ),
        ("u_s_there", refine(Type::String).finish()),
        (
            "u_s_prefix",
            refine(Type::String).prefix_full("ab-").finish(),
        ),
        (
            "u_n_range",
            refine(Type::Number)
                .min(&one, true)
                .max(&nine, true)
                .finish(),
        ),
        (
            "u_list_there",
            refine(of(Type::List)).min_length(2).max_length(3).finish(),
        ),
        ("u_set_there", refine(of(Type::Set)).min_length(1).finish()),
    ]
}

fn partly_known() -> Named {
    let missing = || Value::unknown(Type::String);
    vec![
        ("part_list", strings(vec![text("a"), missing()])),
        ("part_map", map([("k", missing()), ("l", text("w"))])),
        (
            "part_set",
            Value::set(Type::String, vec![text("a"), missing()]),
        ),
        ("part_obj", object(missing(), number(1))),
    ]
}

fn marked() -> Named {
    let secret = |value: Value| value.with_marks(Marks::SENSITIVE);
    let passing = |value: Value| value.with_marks(Marks::EPHEMERAL);
    vec![
        ("secret", secret(text("hidden"))),
        ("secret_n", secret(number(7))),
        ("secret_b", secret(Value::bool(true))),
        ("secret_list", secret(strings(vec![text("h1"), text("h2")]))),
        ("secret_in", strings(vec![secret(text("h1")), text("p")])),
        (
            "secret_map",
            map([("k", secret(text("h1"))), ("l", text("p"))]),
        ),
        ("secret_obj", object(secret(text("h1")), number(1))),
        ("secret_u", secret(Value::unknown(Type::String))),
        ("passing", passing(text("brief"))),
        (
            "passing_list",
            strings(vec![passing(text("brief")), text("p")]),
        ),
        ("both", passing(secret(text("both")))),
    ]
}
