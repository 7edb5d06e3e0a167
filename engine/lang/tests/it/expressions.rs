//! Expressions of every form, and what HCL makes of them.
//!
//! A case is one line: `expression ==> value`, or the errors with the bytes
//! they point at. Values are written with their types, marks and what is
//! certain of them while they are unknown. The answers are those of HCL.

use std::{collections::BTreeMap, fmt::Write, path::Path, sync::LazyLock};

use trueup_lang::{Scope, evaluate, function::Functions, functions, references};
use trueup_syntax::{Diagnostic, Diagnostics, SourceMap, parse::parse_expression};
use trueup_value::{Marks, Number, Refinement, Str, Type, Value, quote};

use crate::functions::{agrees, context};

/// All functions of the language.
pub(crate) static FUNCTIONS: LazyLock<Functions> =
    LazyLock::new(|| functions::standard(&context()));

fn text(text: &str) -> Value {
    Value::string(text)
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes)
}

fn sensitive(value: Value) -> Value {
    value.with_marks(Marks::SENSITIVE)
}

fn machines() -> (Type, Vec<Value>) {
    let machine = |id: &str, n: i64| object([("id", Value::string(id)), ("n", Value::number(n))]);
    let machines = vec![machine("i-1", 1), machine("i-2", 2)];
    (machines[0].ty(), machines)
}

fn known() -> Vec<(&'static str, Value)> {
    let (machine, machines) = machines();
    let strings = |texts: &[&str]| texts.iter().map(|t| text(t)).collect::<Vec<_>>();
    vec![
        ("s", text("hello")),
        ("n", Value::number(12)),
        ("f", Value::Number(Number::parse("1.5").expect("a number"))),
        ("t", Value::bool(true)),
        ("l", Value::list(Type::String, strings(&["a", "b", "c"]))),
        (
            "ln",
            Value::list(Type::Number, [3_i64, 1, 2].map(Value::number).to_vec()),
        ),
        ("el", Value::list(Type::String, Vec::new())),
        ("se", Value::set(Type::String, strings(&["x", "y"]))),
        (
            "m",
            Value::map(Type::String, [("a", text("1")), ("b", text("2"))]),
        ),
        ("em", Value::map(Type::String, Vec::<(Str, Value)>::new())),
        (
            "o",
            object([
                ("name", text("web")),
                ("port", Value::number(80)),
                ("tags", object([("env", text("prod"))])),
                ("list", Value::tuple(vec![Value::number(1), text("a")])),
            ]),
        ),
        (
            "tup",
            Value::tuple(vec![Value::number(1), text("two"), Value::bool(true)]),
        ),
        ("lo", Value::list(machine.clone(), machines.clone())),
        ("slo", Value::set(machine, machines)),
    ]
}

fn pair() -> Type {
    Type::object([("a", Type::String), ("b", Type::Number)])
}

fn unknown() -> Vec<(&'static str, Value)> {
    let strings = Type::list(Type::String);
    let unknown = Value::unknown;
    let text_unknown = unknown(Type::String);
    vec![
        ("z", Value::null(Type::Dynamic)),
        ("ns", Value::null(Type::String)),
        ("nl", Value::null(strings.clone())),
        ("no", Value::null(pair())),
        ("us", text_unknown.clone()),
        ("un", unknown(Type::Number)),
        ("ub", unknown(Type::Bool)),
        ("ul", unknown(strings.clone())),
        ("um", unknown(Type::map(Type::String))),
        ("uo", unknown(pair())),
        ("ut", unknown(Type::tuple([Type::String, Type::Number]))),
        ("u", Value::dynamic()),
        ("uset", unknown(Type::set(Type::String))),
        ("ulo", unknown(Type::list(machines().0))),
        (
            "ur",
            text_unknown
                .refine()
                .not_null()
                .prefix_full("ami-")
                .finish(),
        ),
        (
            "unr",
            unknown(Type::Number)
                .refine()
                .not_null()
                .min(&Number::from(1), true)
                .max(&Number::from(10), true)
                .finish(),
        ),
        (
            "ulr",
            unknown(strings)
                .refine()
                .not_null()
                .min_length(2)
                .max_length(5)
                .finish(),
        ),
        ("unn", text_unknown.refine_not_null()),
        ("uon", unknown(pair()).refine_not_null()),
        ("pu", Value::tuple(vec![text_unknown.clone(), text("a")])),
        (
            "lpu",
            Value::list(Type::String, vec![text("a"), text_unknown.clone()]),
        ),
        (
            "mpu",
            Value::map(
                Type::String,
                [("k", text("v")), ("j", text_unknown.clone())],
            ),
        ),
        (
            "spu",
            Value::set(Type::String, vec![text("a"), text_unknown]),
        ),
    ]
}

fn marked() -> Vec<(&'static str, Value)> {
    let letters = Value::list(Type::String, vec![text("x"), text("y")]);
    vec![
        ("ss", sensitive(text("secret"))),
        ("sl", sensitive(letters)),
        (
            "so",
            object([("pw", sensitive(text("p"))), ("user", text("u"))]),
        ),
        ("sn", sensitive(Value::number(5))),
        ("sb", sensitive(Value::bool(true))),
        ("su", sensitive(Value::unknown(Type::String))),
        (
            "sm",
            sensitive(Value::map(
                Type::String,
                [("a", text("x")), ("b", text("y"))],
            )),
        ),
        ("sz", sensitive(Value::null(Type::String))),
        (
            "lsm",
            Value::list(Type::String, vec![text("a"), sensitive(text("b"))]),
        ),
        (
            "st",
            sensitive(Value::tuple(vec![Value::number(1), text("q")])),
        ),
        (
            "soo",
            sensitive(object([("a", text("A")), ("b", Value::number(7))])),
        ),
    ]
}

pub(crate) fn variables() -> BTreeMap<Str, Value> {
    let all = [known(), unknown(), marked()].concat();
    all.into_iter()
        .map(|(name, value)| (Str::from(name), value))
        .collect()
}

pub(crate) fn render(value: &Value) -> String {
    let list = |value: &Value| value.values().map(render).collect::<Vec<_>>().join(", ");
    let named = |value: &Value| {
        let entries = value.elements().map(|(key, value)| {
            format!(
                "{} = {}",
                quote(key.as_str().unwrap_or_default()),
                render(&value)
            )
        });
        entries.collect::<Vec<_>>().join(", ")
    };
    match value {
        Value::Marked(marked) => format!("sensitive({})", render(&marked.1)),
        Value::Unknown(unknown) => {
            let certain = unknown.refinement().map(certain).unwrap_or_default();
            format!("unknown({}{certain})", unknown.ty().constraint())
        }
        Value::Null(ty) => format!("null({})", ty.constraint()),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_text(),
        Value::String(text) => quote(text),
        Value::Tuple(_) => format!("[{}]", list(value)),
        Value::Object(_) => format!("{{{}}}", named(value)),
        Value::List(l) => format!("list({})[{}]", l.element_type().constraint(), list(value)),
        Value::Set(s) => format!("set({})[{}]", s.element_type().constraint(), list(value)),
        Value::Map(m) => format!("map({}){{{}}}", m.element_type().constraint(), named(value)),
    }
}

fn certain(known: &Refinement) -> String {
    let mut text = String::new();
    if known.not_null {
        text.push_str(", not null");
    }
    if let Some(prefix) = &known.prefix {
        let _ = write!(text, ", prefix {}", quote(prefix));
    }
    if let Some((min, inclusive)) = &known.min {
        let sign = if *inclusive { ">=" } else { ">" };
        let _ = write!(text, ", {sign} {}", min.to_text());
    }
    if let Some((max, inclusive)) = &known.max {
        let sign = if *inclusive { "<=" } else { "<" };
        let _ = write!(text, ", {sign} {}", max.to_text());
    }
    if let Some(length) = known.min_length.filter(|length| *length > 0) {
        let _ = write!(text, ", length >= {length}");
    }
    if let Some(length) = known.max_length {
        let _ = write!(text, ", length <= {length}");
    }
    text
}

pub(crate) fn render_error(diagnostic: &Diagnostic) -> String {
    let (start, end) = diagnostic
        .subject
        .map_or((0, 0), |span| (span.start, span.end));
    format!(
        "error @{start}-{end}: {}: {}",
        diagnostic.summary, diagnostic.detail
    )
}

/// Evaluates with the variables above and all functions.
fn run(source: &str) -> (Value, Diagnostics) {
    let variables = variables();
    let mut sources = SourceMap::default();
    let file = sources.add("t.hcl", source);
    let (expr, mut diagnostics) = parse_expression(sources.file(file));
    let scope = Scope::new(&variables, &FUNCTIONS).with_sources(&sources);
    let (value, more) = evaluate(&expr, &scope);
    diagnostics.extend(more);
    (value, diagnostics)
}

fn answer(source: &str) -> String {
    let (value, diagnostics) = run(source);
    if diagnostics.0.is_empty() {
        return render(&value);
    }
    let errors: Vec<String> = diagnostics.0.iter().map(render_error).collect();
    errors.join(" | ")
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

pub(crate) fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.push(if chars.next() == Some('n') {
                '\n'
            } else {
                '\\'
            }),
            (c, false) => out.push(c),
        }
    }
    out
}

fn check(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/expressions")
        .join(table);
    let table = std::fs::read_to_string(path).expect("a table of cases");
    let mut wrong = String::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (source, expected) = line.split_once(" ==> ").expect("a case");
        let got = escaped(&answer(&unescaped(source)));
        if !agrees(&got, expected) {
            let _ = write!(wrong, "{source}\n  want {expected}\n  got  {got}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_form() {
    check("forms.txt");
}

#[test]
fn at_random() {
    check("random.txt");
}

/// What is said of the variables below an error.
#[test]
fn notes() {
    let cases: &[(&str, &[&str])] = &[
        (
            "o.tags.nope",
            &["o.tags is object with 1 attribute \"env\""],
        ),
        ("lo[7].id", &[]),
        ("tup[2].x", &["tup[2] is true"]),
        ("upper(o.list)", &["o.list is tuple with 2 elements"]),
        ("o.name + so.user", &["o.name is \"web\""]),
        ("so.pw + 1", &[]),
        (
            "uo.a + o.tags",
            &["o.tags is object with 1 attribute \"env\""],
        ),
        ("[for v in [o.port] : v.x]", &[]),
        (
            "[for v in [{a = 123456789012345}] : v.a.b]",
            &["v.a is 1.23456789e+14"],
        ),
        ("[for v in [{a = 1}] : v.a.b]", &["v.a is 1"]),
        (
            "um.x ? o.tags : [uo.b]",
            &[
                "o.tags is object with 1 attribute \"env\"",
                "um.x is a string",
                "uo.b is a number",
            ],
        ),
    ];
    for (source, expected) in cases {
        let (_, diagnostics) = run(source);
        let notes = diagnostics
            .0
            .first()
            .map(|d| d.values.clone())
            .unwrap_or_default();
        let notes: Vec<String> = notes
            .iter()
            .map(|note| format!("{} {}", note.traversal, note.statement))
            .collect();
        assert_eq!(&notes, expected, "{source}");
    }
}

#[test]
fn references_leave_out_what_is_bound_inside() {
    let source =
        r#"{for k, v in a.b : "${k}${c}" => [for v in v : v.x + d[e].f] if k != g[*].h...}"#;
    let mut sources = SourceMap::default();
    let file = sources.add("t.hcl", source);
    let (expr, _) = parse_expression(sources.file(file));
    let found = references(&expr);
    let found: Vec<(&str, usize)> = found
        .iter()
        .map(|t| (t.root.name.as_str(), t.steps.len()))
        .collect();
    assert_eq!(found, [("a", 1), ("c", 0), ("d", 0), ("e", 0), ("g", 0)]);
}

#[test]
fn deep_and_long_expressions_end() {
    let nested = format!("{}1{}", "(".repeat(1000), ")".repeat(1000));
    assert_eq!(answer(&nested), "1");
    let sum = vec!["1"; 1000].join(" + ");
    assert_eq!(answer(&sum), "1000");
    let hopeless = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(answer(&hopeless).starts_with("error"));
}

/// Forty thousand elements take about as long each as a thousand do.
#[test]
fn costs_grow_with_the_size() {
    let variables = variables();
    let numbers = (0..40_000).map(|n| Value::string(format!("item-{}", n % 30_000)));
    let mut variables = variables;
    variables.insert("big".into(), Value::list(Type::String, numbers.collect()));
    for source in [
        "length(distinct(big))",
        "length(concat(big, big))",
        "length(flatten([big, [big]]))",
        "length(merge([for i, v in big : { \"${v}\" = i }]...))",
        "length({for v in big : v => v...})",
        "length([for v in big : v if v != \"x\"])",
        "length(big[*])",
        "length(toset(big))",
        "length(setsubtract(big, big))",
        "length(matchkeys(big, big, big))",
        "length(chunklist(big, 7))",
        "length(sort(reverse(big)))",
        "length(zipmap(big, big))",
        "contains(big, \"none\")",
    ] {
        let mut sources = SourceMap::default();
        let file = sources.add("t.hcl", source);
        let (expr, _) = parse_expression(sources.file(file));
        let start = std::time::Instant::now();
        let (_, diagnostics) = evaluate(&expr, &Scope::new(&variables, &FUNCTIONS));
        assert!(diagnostics.0.is_empty(), "{source}: {diagnostics:?}");
        assert!(
            start.elapsed().as_secs() < 20,
            "{source} took {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn enormous_results_are_refused() {
    let bomb = answer("setproduct(range(1000), range(1000), range(1000), range(1000))");
    assert!(bomb.contains("would have more than"), "{bomb}");
    assert!(answer("range(1e300)").contains("more than 1024 values"));
    assert!(answer("range(0, 1, 1e-300)").contains("more than 1024 values"));
}
