//! What is known of documents with parts that are not known yet.

use std::collections::BTreeMap;

use trueup_lang::{Scope, evaluate, functions::standard};
use trueup_syntax::{SourceMap, parse::parse_expression};
use trueup_value::{Str, Type, Value};

use crate::functions::context;

/// The outline of an expression with `?` for each hole; none if there is none.
fn outline(expression: &str) -> Option<String> {
    let functions = standard(&context());
    let variables = BTreeMap::from([
        (Str::new("later"), Value::unknown(Type::String)),
        (Str::new("now"), Value::string("known")),
    ]);
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", expression);
    let (expr, found) = parse_expression(sources.file(file));
    assert!(!found.has_errors(), "{expression}");
    let (value, found) = evaluate(&expr, &Scope::new(&variables, &functions));
    assert!(!found.has_errors(), "{expression}");
    let Value::Unknown(unknown) = value.unmarked().0 else {
        panic!("{expression} is known");
    };
    Some(unknown.outline()?.filled(|_| "?".to_owned()))
}

#[test]
fn encoders_and_templates_tell_what_they_know() {
    let table = [
        (
            "yamlencode({ a = later, b = [now, later] })",
            Some("\"a\": ?\n\"b\":\n- \"known\"\n- ?\n"),
        ),
        (
            "jsonencode({ a = later, b = now })",
            Some("{\"a\":?,\"b\":\"known\"}"),
        ),
        (
            "\"a: ${later}-x\\nb: ${now}\\n${yamlencode({ c = later })}d: 1\\n\"",
            Some("a: ?-x\nb: known\n\"c\": ?\nd: 1\n"),
        ),
        (
            "\"list:\\n%{ for one in [now, later] }- ${one}\\n%{ endfor }\"",
            Some("list:\n- known\n- ?\n"),
        ),
        // One line is no document.
        ("\"${later}-x\"", None),
        ("later", None),
    ];
    for (expression, expected) in table {
        assert_eq!(outline(expression).as_deref(), expected, "{expression}");
    }
}

#[test]
fn outlines_do_not_make_values_different() {
    let unknown = || match Value::unknown(Type::String) {
        Value::Unknown(unknown) => unknown,
        _ => unreachable!("it is unknown"),
    };
    let outlined = unknown().outlined(trueup_value::Outline::new("secret"));
    assert_eq!(outlined, unknown());
    assert_eq!(outlined.refinement(), None);
    assert!(!format!("{outlined:?}").contains("secret"));
    assert!(!format!("{:?}", outlined.outline()).contains("secret"));
}
