//! No expression or template makes evaluation fail, and a secret appears
//! neither in an unmarked value nor in a diagnostic.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use trueup_fuzz::{Memory, context};
use trueup_lang::{Limits, Scope, evaluate, function::Functions, functions::standard};
use trueup_syntax::{
    Diagnostics, SourceMap,
    ast::Expr,
    parse::{parse_expression, parse_template},
};
use trueup_value::{Marks, Str, Type, Value};

const SECRET: &str = "canary-8731";

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let files = Memory(BTreeMap::from([("f".into(), b"text ${a}".to_vec())]));
    let mut functions = standard(&context(files));
    // What it is for.
    functions.retain(|name, _| !name.ends_with("nonsensitive") && !name.ends_with("bcrypt"));
    functions
});

static VARIABLES: LazyLock<BTreeMap<Str, Value>> = LazyLock::new(|| {
    let secret = Value::string(SECRET).with_marks(Marks::SENSITIVE);
    let numbers = (1..4).map(Value::number).collect();
    let strings = ["a", "b", "c"].map(Value::string);
    let object = Value::object([("a", Value::number(1)), ("b", secret.clone())]);
    BTreeMap::from([
        ("s".into(), secret.clone()),
        ("o".into(), object),
        ("n".into(), Value::list(Type::Number, numbers)),
        ("l".into(), Value::list(Type::String, strings.to_vec())),
        ("t".into(), Value::tuple(vec![secret, Value::bool(true)])),
        ("u".into(), Value::unknown(Type::String)),
        ("v".into(), Value::unknown(Type::list(Type::Number))),
        ("w".into(), Value::dynamic()),
        ("z".into(), Value::null(Type::String)),
    ])
});

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::default();
    let id = sources.add("expression", text);
    let file = sources.file(id);
    let limits = Limits {
        steps: 200_000,
        elements: 20_000,
        ..Limits::default()
    };
    let scope = Scope::new(&*VARIABLES, &FUNCTIONS)
        .with_sources(&sources)
        .with_limits(limits);
    for (expr, diagnostics) in [parse_expression(file), parse_template(file)] {
        if !diagnostics.has_errors() && !text.contains(SECRET) {
            check(&expr, &scope);
        }
    }
});

fn check(expr: &Expr, scope: &Scope<'_>) {
    let (value, diagnostics) = evaluate(expr, scope);
    assert!(!shows_secret(&value), "marks were lost in {value:?}");
    assert!(!texts(&diagnostics).contains(SECRET), "{diagnostics:?}");
}

/// Whether the secret is in a value without a mark around it.
fn shows_secret(value: &Value) -> bool {
    if value.is_marked() {
        return false;
    }
    match value.as_str() {
        Some(text) => text.contains(SECRET),
        None if !value.is_known() => format!("{value:?}").contains(SECRET),
        None => value.elements().any(|(key, element)| shows_secret(&key) || shows_secret(&element)),
    }
}

fn texts(diagnostics: &Diagnostics) -> String {
    let mut all = String::new();
    for diagnostic in &diagnostics.0 {
        all += &diagnostic.summary;
        all += &diagnostic.detail;
        for note in &diagnostic.values {
            all += &note.statement;
        }
        all.extend(diagnostic.hints.iter().map(String::as_str));
    }
    all
}
