//! Arguments meant to take for ever or all memory: an answer or an error, soon.

use std::collections::BTreeMap;

use trueup_lang::{Limits, Scope, evaluate, function::Functions, functions::standard};
use trueup_syntax::{SourceMap, parse::parse_expression};
use trueup_value::{Str, Type, Value};

use crate::functions::context;

fn call(functions: &Functions, name: &str, args: &[&str]) -> Result<Value, String> {
    let args: Vec<Value> = args.iter().map(|arg| Value::string(*arg)).collect();
    let called = functions[name].call(&args);
    called.map_err(|error| error.message)
}

#[test]
fn loops_in_loops_are_given_up() {
    let functions = standard(&context());
    let variables: BTreeMap<Str, Value> = BTreeMap::new();
    let limits = Limits {
        steps: 100_000,
        elements: 10_000,
    };
    let triple = "[for i in range(0, 100): [for j in range(0, 100): [for k in range(0, 100): i]]]";
    let cases = [
        (format!("length({triple})"), true),
        (format!("try({triple}, 1)"), true),
        (format!("[for x in range(0, 100): can({triple})]"), true),
        (
            "{for i in range(0, 100): i => [for j in range(0, 200): j]...}".to_owned(),
            true,
        ),
        // What functions and templates make counts too.
        (
            "[for i in range(0, 100): [for j in range(0, 100): range(0, 100)]]".to_owned(),
            true,
        ),
        (
            "[for i in range(0, 100): concat(range(0, 1000), range(0, 1000))]".to_owned(),
            true,
        ),
        (
            "[for i in range(0, 100): join(\"\", [for j in range(0, 100): format(\"%100d\", j)])]"
                .to_owned(),
            true,
        ),
        (
            format!("\"%{{for i in range(0, 100)}}${{format(\"%{}d\", 1)}}%{{endfor}}\"", 10_000),
            true,
        ),
        (
            "\"%{for i in range(0, 100)}%{for j in range(0, 100)}%{for k in range(0, 100)}x%{endfor}%{endfor}%{endfor}\""
                .to_owned(),
            true,
        ),
        (
            "[for i in range(0, 100): formatlist(\"%1000s\", range(0, 100))]".to_owned(),
            true,
        ),
        (
            "[for i in range(0, 80): length(tolist(range(0, 100)))]".to_owned(),
            false,
        ),
        (
            "[for i in range(0, 80): [for j in range(0, 80): j]]".to_owned(),
            false,
        ),
    ];
    for (text, given_up) in cases {
        let mut sources = SourceMap::default();
        let file = sources.add("main.tf", text.as_str());
        let (expr, _) = parse_expression(sources.file(file));
        let scope = Scope::new(&variables, &functions).with_limits(limits);
        let (_, diagnostics) = evaluate(&expr, &scope);
        let found: Vec<&str> = diagnostics.0.iter().map(|d| d.summary.as_str()).collect();
        let expected: &[&str] = if given_up {
            &["Expression too expensive"]
        } else {
            &[]
        };
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn deep_documents_are_refused() {
    let functions = standard(&context());
    for depth in [10_000, 200_000] {
        let json = "[".repeat(depth);
        let error = call(&functions, "jsondecode", &[&json]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let object = "{\"a\":".repeat(depth);
        let error = call(&functions, "jsondecode", &[&object]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let error = call(&functions, "yamldecode", &[&json]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let block = "- ".repeat(depth);
        let error = call(&functions, "yamldecode", &[&block]);
        assert_eq!(error, Err("exceeded max depth".to_owned()));
        let groups = format!("{}{}", "(".repeat(depth), ")".repeat(depth));
        assert!(call(&functions, "regexall", &[&groups, "x"]).is_err());
    }
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let functions = standard(&context());
    let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        yaml.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let error = call(&functions, "yamldecode", &[&yaml]);
    let message = "on line 6, column 10: the document's aliases stand for too many values";
    assert_eq!(error, Err(message.to_owned()));
}

#[test]
fn patterns_stay_linear() {
    let functions = standard(&context());
    let text = "a".repeat(100_000);
    let bomb = call(&functions, "regexall", &["(?:a*)*b", &text]);
    assert_eq!(bomb.map(|found| found.length()), Ok(Some(0)));
    let large = "(?:(?:[\\pL\\pN]{100}){10}){1000}";
    let error = call(&functions, "regex", &[large, "a"]).expect_err("too large");
    assert_eq!(
        error,
        "invalid regexp pattern: invalid repeat count in {1000}"
    );
}

#[test]
fn results_have_bounds() {
    let functions = standard(&context());
    let wide = call(&functions, "format", &["%999999999d", "1"]);
    assert!(wide.is_err());
    let precise = call(&functions, "format", &["%.99999999999999999999f", "1"]);
    assert!(precise.is_err());
    let spaces = Value::number(1_000_000_000_000_i64);
    let indented = functions["indent"].call(&[spaces, Value::string("a\nb")]);
    assert!(indented.is_err());
    let text = "a".repeat(1 << 20);
    let replaced = call(&functions, "replace", &[&text, "", &text]);
    assert!(replaced.is_err());
    let replaced = call(&functions, "replace", &[&text, "/a/", &text]);
    assert!(replaced.is_err());
    let all = call(&functions, "replace", &[&text, "/a+/", &"$0".repeat(1000)]);
    assert!(all.is_err());
    let wide = call(&functions, "format", &[&"%[1]16000000s".repeat(10), "1"]);
    assert!(wide.is_err());
    let many = Value::list(Type::String, vec![Value::string(text.as_str()); 1000]);
    let nested = Value::tuple(vec![many.clone(); 1000]);
    for (name, args) in [
        ("join", vec![Value::string(","), many.clone()]),
        ("jsonencode", vec![nested.clone()]),
        ("yamlencode", vec![nested.clone()]),
        ("format", vec![Value::string("%v"), nested]),
        ("formatlist", vec![Value::string("%s"), many]),
    ] {
        let error = functions[name].call(&args).expect_err(name);
        assert_eq!(
            error.message.rsplit(": ").next(),
            Some("the result would be too long")
        );
    }
}

#[test]
fn megabytes_are_no_trouble() {
    let functions = standard(&context());
    let text = "é".repeat(1 << 19);
    for name in [
        "upper",
        "title",
        "strrev",
        "jsonencode",
        "yamlencode",
        "urlencode",
        "base64gzip",
    ] {
        assert!(call(&functions, name, &[&text]).is_ok(), "{name}");
    }
    let digits = "9".repeat(1 << 20);
    let base = Value::number(62);
    let parsed = functions["parseint"].call(&[Value::string(digits.as_str()), base]);
    assert!(parsed.is_ok());
    let csv = "\"a\n".repeat(1 << 18);
    assert!(call(&functions, "csvdecode", &[&csv]).is_err());
}

#[test]
fn lists_that_hold_each_other_twice_have_an_end() {
    let functions = standard(&context());
    let mut doubled = Value::number(1);
    for _ in 0..40 {
        doubled = Value::tuple(vec![doubled.clone(), doubled]);
    }
    let variables = BTreeMap::from([(Str::from("x"), doubled)]);
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", "[x, x]");
    let (expr, _) = parse_expression(sources.file(file));
    let scope = Scope::new(&variables, &functions);
    let (_, diagnostics) = evaluate(&expr, &scope);
    let first = diagnostics.0.first().expect("an error");
    assert_eq!(first.summary, "Expression too expensive");
}
