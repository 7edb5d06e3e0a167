//! Tables of expressions and what Terraform 1.11 makes of them.
//!
//! A case is one line, `expression => result`. A result is JSON, followed by
//! ` : type` unless it is a string, a number or a bool, with `unknown(what is
//! certain)` and `sensitive(value)` where they stand; or
//! `error: summary: detail`. The expected values were taken from terraform.

use std::{
    collections::BTreeMap,
    fmt::Write,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use trueup_lang::{
    NoTemplates, Scope, Templating,
    context::{Clock, Context, FileKind, Files, Random},
    evaluate,
    function::Functions,
    functions::{standard, terraform_provider},
};
use trueup_syntax::{SourceMap, parse::parse_expression};
use trueup_value::{Marks, Number, Str, Type, Unknown, Value};

/// A world in which nothing ever changes.
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(7);
        Ok(())
    }
}

impl Files for Fixed {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let metadata = std::fs::metadata(path)?;
        Ok(if metadata.is_dir() {
            FileKind::Directory
        } else {
            FileKind::File
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        let entries = std::fs::read_dir(path)?;
        let names = entries.map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}

pub(crate) fn context() -> Context {
    let mut context = Context {
        base_dir: PathBuf::from("."),
        working_dir: PathBuf::from("/work"),
        home_dir: None,
        plan_timestamp: Some(Fixed.now()),
        pure_only: false,
        console: false,
        clock: Arc::new(Fixed),
        random: Arc::new(Fixed),
        files: Arc::new(Fixed),
        templates: Arc::new(NoTemplates),
    };
    context.templates = Arc::new(Templating::new(&context));
    context
}

/// What the cases may refer to.
fn variables() -> BTreeMap<Str, Value> {
    let nested = Value::object([("t", Value::string("hi ${name}"))]);
    let local = Value::object([
        ("t", Value::string("Hello ${name}!")),
        ("bad", Value::string("a ${")),
        ("o", nested),
        ("x", Value::string("${x}")),
        ("r", Value::string("${templatestring(x, {})}")),
        ("n", Value::null(Type::String)),
    ]);
    BTreeMap::from([
        ("local".into(), local),
        ("unknown".into(), unknown()),
        ("none".into(), none()),
        ("brief".into(), brief()),
    ])
}

fn object_type() -> Type {
    Value::object([("a", Value::string("")), ("b", Value::number(0))]).ty()
}

/// Unknown values of many types.
fn unknown() -> Value {
    let list = |ty: Type| Type::List(Arc::new(ty));
    let map = |ty: Type| Type::Map(Arc::new(ty));
    let tuple = Value::tuple(vec![Value::string(""), Value::number(0)]);
    let unknown = Value::unknown;
    Value::object([
        ("string", unknown(Type::String)),
        ("number", unknown(Type::Number)),
        ("bool", unknown(Type::Bool)),
        ("any", unknown(Type::Dynamic)),
        ("list", unknown(list(Type::String))),
        ("set", unknown(Type::Set(Arc::new(Type::String)))),
        ("map", unknown(map(Type::String))),
        ("numbers", unknown(list(Type::Number))),
        ("lists", unknown(list(list(Type::String)))),
        ("bools", unknown(list(Type::Bool))),
        ("maps", unknown(list(map(Type::String)))),
        ("mapoflist", unknown(map(list(Type::String)))),
        ("tuple", unknown(tuple.ty())),
        ("object", unknown(object_type())),
        ("here", unknown(Type::String).refine_not_null()),
    ])
}

/// Nulls of many types.
fn none() -> Value {
    let object = Value::object([("a", Value::string(""))]);
    Value::object([
        ("string", Value::null(Type::String)),
        ("number", Value::null(Type::Number)),
        ("bool", Value::null(Type::Bool)),
        ("list", Value::null(Type::List(Arc::new(Type::String)))),
        ("set", Value::null(Type::Set(Arc::new(Type::String)))),
        ("map", Value::null(Type::Map(Arc::new(Type::String)))),
        ("object", Value::null(object.ty())),
    ])
}

/// Ephemeral values.
fn brief() -> Value {
    let list = vec![Value::string("a"), Value::string("b")];
    let mark = |value: Value| value.with_marks(Marks::EPHEMERAL);
    Value::object([
        ("string", mark(Value::string("x"))),
        ("number", mark(Value::number(2))),
        ("unknown", mark(Value::unknown(Type::String))),
        ("list", mark(Value::list(Type::String, list))),
    ])
}

fn answer(expression: &str, functions: &Functions) -> String {
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", expression);
    let (expr, mut diagnostics) = parse_expression(sources.file(file));
    let variables = variables();
    let scope = Scope::new(&variables, functions).with_sources(&sources);
    let (value, more) = evaluate(&expr, &scope);
    diagnostics.extend(more);
    match diagnostics.0.first() {
        Some(first) => {
            let text = format!("error: {}: {}", first.summary, first.detail);
            text.replace('\\', "\\\\").replace('\n', "\\n")
        }
        None => render(&value),
    }
}

fn render(value: &Value) -> String {
    let mut text = String::new();
    push(&mut text, value);
    let (value, _) = value.unmarked();
    let plain = value.is_known() && !value.is_null() && value.ty().is_primitive();
    if !plain {
        let _ = write!(text, " : {}", value.ty().constraint());
    }
    text
}

fn push(out: &mut String, value: &Value) {
    match value {
        Value::Null(_) => out.push_str("null"),
        Value::Unknown(unknown) => push_unknown(out, unknown),
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Number(number) => out.push_str(&number.to_text()),
        Value::String(text) => push_string(out, text),
        Value::Map(_) | Value::Object(_) => {
            out.push('{');
            for (index, (key, value)) in value.elements().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_string(out, key.as_str().unwrap_or_default());
                out.push_str(": ");
                push(out, &value);
            }
            out.push('}');
        }
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            out.push('[');
            for (index, value) in value.values().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push(out, value);
            }
            out.push(']');
        }
        Value::Marked(_) => push_marked(out, value),
    }
}

fn push_marked(out: &mut String, value: &Value) {
    let (inner, marks) = value.unmarked();
    let names = [
        (Marks::SENSITIVE, "sensitive"),
        (Marks::EPHEMERAL, "ephemeral"),
    ];
    let held = names.iter().filter(|(mark, _)| marks.contains(*mark));
    let count = held.map(|(_, name)| write!(out, "{name}(")).count();
    push(out, inner);
    out.push_str(&")".repeat(count));
}

/// An unknown value with all that is certain about it.
fn push_unknown(out: &mut String, unknown: &Unknown) {
    let refinement = unknown.refinement().cloned().unwrap_or_default();
    let sign = |strict, inclusive| {
        if inclusive {
            format!("{strict}=")
        } else {
            format!("{strict}")
        }
    };
    let bound = |strict: char, bound: &(Number, bool)| {
        format!("{} {}", sign(strict, bound.1), bound.0.to_text())
    };
    let mut parts = Vec::new();
    parts.extend(refinement.not_null.then(|| "not null".to_owned()));
    let prefix = refinement.prefix.filter(|prefix| !prefix.is_empty());
    parts.extend(prefix.map(|prefix| {
        let mut text = "prefix ".to_owned();
        push_string(&mut text, &prefix);
        text
    }));
    parts.extend(refinement.min.map(|min| bound('>', &min)));
    parts.extend(refinement.max.map(|max| bound('<', &max)));
    let (least, most) = (refinement.min_length, refinement.max_length);
    if least.is_some_and(|least| least > 0) || most.is_some() {
        let most = most.map(|most| most.to_string()).unwrap_or_default();
        parts.push(format!("length {}..{most}", least.unwrap_or(0)));
    }
    out.push_str("unknown");
    if !parts.is_empty() {
        let _ = write!(out, "({})", parts.join(", "));
    }
}

fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether `got` is `expected`, or the same error without the words that may cite
/// what is sensitive or ephemeral, which Terraform shows.
pub(crate) fn agrees(got: &str, expected: &str) -> bool {
    let concealed = ["sensitive", "ephemeral"].map(|kind| {
        let end = format!("an argument is {kind}, so what is wrong is not shown.");
        got.strip_suffix(&end).map(str::to_owned)
    });
    let mut starts = concealed.into_iter().flatten();
    let key = expected.replace("the key \"secret\"", "the key (sensitive value)");
    let attribute = expected
        .split_once("has no attribute ")
        .is_some_and(|(start, _)| got == format!("{start}has no attribute (sensitive value)."));
    got == expected || got == key || attribute || starts.any(|start| expected.starts_with(&start))
}

/// Checks every case of a table and reports all that differ.
fn check(path: &Path) {
    let mut functions = standard(&context());
    let builtin = terraform_provider().into_iter();
    functions.extend(builtin.map(|(name, f)| (format!("provider::terraform::{name}"), f)));
    let table = std::fs::read_to_string(path).expect("a table of cases");
    let mut wrong = String::new();
    let (mut count, mut differ) = (0, 0);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let Some((expression, expected)) = line.split_once(" => ") else {
            continue;
        };
        count += 1;
        let got = answer(expression, &functions);
        if !agrees(&got, expected) {
            differ += 1;
            let _ = write!(wrong, "{expression}\n  want {expected}\n  got  {got}\n");
        }
    }
    assert!(
        differ == 0,
        "{differ} of {count} cases of {} differ:\n{wrong}",
        path.display()
    );
}

#[test]
fn tables() {
    // A table generated elsewhere can be checked instead of the frozen ones.
    if let Ok(path) = std::env::var("TRUEUP_CASES") {
        return check(Path::new(&path));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/functions");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of tables")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths.iter().for_each(|path| check(path));
}
