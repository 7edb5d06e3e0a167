//! Bodies decoded to values, `dynamic` blocks expanded.
//!
//! A case is one line: `body ==> value`, then the errors in order of their
//! text. The answers are those of HCL.

use std::{fmt::Write, path::Path, sync::Arc};

use trueup_lang::{
    Scope,
    block::{AttributeSpec, BlockSpec, Nesting, Spec, body_references, decode_body},
};
use trueup_syntax::{SourceMap, body::Body, parse::parse_file};
use trueup_value::{ObjectType, Type};

use crate::expressions::{FUNCTIONS, escaped, render, render_error, unescaped, variables};

fn attributes<const N: usize>(attributes: [(&str, Type); N]) -> Spec {
    let attributes = attributes.into_iter().map(|(name, ty)| AttributeSpec {
        name: name.into(),
        ty,
        required: name == "id",
        as_blocks: false,
    });
    Spec {
        attributes: attributes.collect(),
        blocks: Vec::new(),
    }
}

fn block(name: &str, nesting: Nesting, spec: Spec) -> BlockSpec {
    BlockSpec {
        name: name.into(),
        nesting,
        spec,
        min_items: 0,
        max_items: if name == "item" { 3 } else { 0 },
        null_if_none: false,
    }
}

fn specification() -> Spec {
    let object = ObjectType::new([("a", Type::String), ("b", Type::Number)]);
    let object = Type::Object(Arc::new(object.with_optional(["b".into()])));
    let mut item = attributes([("id", Type::String), ("tags", Type::map(Type::String))]);
    item.blocks = vec![block(
        "sub",
        Nesting::List,
        attributes([("x", Type::Number)]),
    )];
    let text = || attributes([("v", Type::String)]);
    let mut spec = attributes([
        ("name", Type::String),
        ("count", Type::Number),
        ("obj", object),
    ]);
    spec.blocks = vec![
        block("one", Nesting::Single, text()),
        block("item", Nesting::List, item),
        block("s", Nesting::Set, text()),
        block("mp", Nesting::Map, text()),
        block("any", Nesting::List, attributes([("d", Type::Dynamic)])),
    ];
    spec
}

fn answer(source: &str) -> String {
    let variables = variables();
    let mut sources = SourceMap::default();
    let file = sources.add("t.hcl", source);
    let (body, syntax) = parse_file(sources.file(file));
    let scope = Scope::new(&variables, &FUNCTIONS).with_sources(&sources);
    let (text, diagnostics) = match syntax.has_errors() {
        true => ("SYNTAX".to_owned(), syntax),
        false => {
            let (value, found) = decode_body(&body.into(), &specification(), &scope);
            (render(&value), found)
        }
    };
    let mut parts: Vec<String> = diagnostics.0.iter().map(render_error).collect();
    parts.sort();
    parts.insert(0, text);
    parts.join(" | ")
}

#[test]
fn bodies() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blocks/bodies.txt");
    let table = std::fs::read_to_string(path).expect("a table of cases");
    let mut wrong = String::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (source, expected) = line.split_once(" ==> ").expect("a case");
        let got = escaped(&answer(&unescaped(source)));
        if got != expected {
            let _ = write!(wrong, "{source}\n  want {expected}\n  got  {got}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn references_of_a_body_leave_out_iterators() {
    let source = r#"
name = a.b
item {
  id = c
}
dynamic "item" {
  for_each = d.e
  content {
    id = "${item.value}-${f}"
    dynamic "sub" {
      for_each = item.value.g
      iterator = it
      content {
        x = it.value + item.key + h
      }
    }
  }
}
dynamic "mp" {
  for_each = mp.x
  labels   = [mp.key, i]
  content {
  }
}
"#;
    let mut sources = SourceMap::default();
    let file = sources.add("t.hcl", source);
    let (body, _) = parse_file(sources.file(file));
    let body: Body = body.into();
    let found = body_references(&body, &specification());
    let roots: Vec<&str> = found.iter().map(|t| t.root.name.as_str()).collect();
    assert_eq!(roots, ["a", "c", "d", "f", "h", "mp", "i"]);
}
