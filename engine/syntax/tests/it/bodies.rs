//! Bodies of override files, and expressions read as something other than a
//! value, in both syntaxes.

use trueup_syntax::{
    Diagnostics, FileId, SourceFile,
    ast::Expr,
    body::{Body, BodySchema, attribute, block, required},
    json,
    parse::{parse_expression, parse_file},
};

fn native(text: &str) -> Body {
    Body::from(parse_file(&SourceFile::new(FileId(0), "main.tf", text)).0)
}

fn expression(text: &str) -> Expr {
    parse_expression(&SourceFile::new(FileId(0), "main.tf", text)).0
}

fn json_string(text: &str) -> Expr {
    let quoted = serde_json::to_string(text).expect("a string");
    json::parse_expression(&SourceFile::new(FileId(0), "main.tf.json", quoted)).0
}

#[test]
fn an_override_replaces_arguments_one_by_one_and_blocks_by_type() {
    const SCHEMA: BodySchema<'_> = BodySchema {
        attributes: &[required("a"), attribute("b"), attribute("c")],
        blocks: &[
            block("x", &[]),
            block("y", &[]),
            block("dynamic", &["type"]),
        ],
    };
    let base = "a = 1\nb = 1\nx {}\nx {}\ny {}\ndynamic \"y\" {}\n";
    let changes = "b = 2\nc = 2\ndynamic \"x\" {}\n";
    let both = Body::overridden(native(base), native(changes));
    let mut diagnostics = Diagnostics::default();
    let content = both.content(&SCHEMA, &mut diagnostics);
    assert_eq!(diagnostics, Diagnostics::default());
    let names = |expr: &Expr| expr.span.start;
    let attributes: Vec<_> = content
        .attributes
        .iter()
        .map(|a| (a.name.name.as_str(), names(&a.expr)))
        .collect();
    assert_eq!(attributes, [("a", 4), ("b", 4), ("c", 10)]);
    let blocks: Vec<_> = content
        .blocks
        .iter()
        .map(|b| {
            (
                b.kind.name.as_str(),
                b.labels.first().map(|label| label.name.as_str()),
            )
        })
        .collect();
    assert_eq!(
        blocks,
        [("y", None), ("dynamic", Some("y")), ("dynamic", Some("x"))]
    );
}

#[test]
fn what_was_read_is_hidden_from_the_next_reading() {
    const FIRST: BodySchema<'_> = BodySchema {
        attributes: &[attribute("a")],
        blocks: &[],
    };
    const SECOND: BodySchema<'_> = BodySchema {
        attributes: &[attribute("b")],
        blocks: &[block("x", &[])],
    };
    let mut diagnostics = Diagnostics::default();
    let (_, rest) = native("a = 1\nb = 2\nx {}\n").partial_content(&FIRST, &mut diagnostics);
    let (_, rest) = rest.partial_content(&SECOND, &mut diagnostics);
    assert!(rest.is_empty());
    assert!(rest.just_attributes(&mut Diagnostics::default()).is_empty());
    assert_eq!(diagnostics, Diagnostics::default());
}

#[test]
fn references_and_keywords() {
    for read in [expression, json_string] {
        for (text, root, steps) in [
            ("a.b[0][\"c\"]", "a", 3),
            ("string", "string", 0),
            ("true", "true", 0),
        ] {
            let expr = read(text);
            let traversal = expr.as_traversal().expect(text);
            assert_eq!(
                (traversal.root.name.as_str(), traversal.steps.len()),
                (root, steps)
            );
            let keyword = expr.as_keyword();
            assert_eq!(keyword.is_some(), steps == 0, "{text}");
        }
        for text in ["a[b]", "a + 1", "f(x)", "(a)", "a[*]"] {
            assert!(read(text).as_traversal().is_none(), "{text}");
        }
    }
}

#[test]
fn lists_maps_calls_and_texts() {
    let list = expression("[a, 1]");
    assert_eq!(list.as_list().map(<[Expr]>::len), Some(2));
    assert_eq!(
        expression("{ a = 1, (b) = 2 }")
            .as_map_items()
            .map(|items| items.len()),
        Some(2)
    );
    for read in [expression, json_string] {
        let expr = read("optional(string, 1)");
        let call = expr.as_call().expect("a call");
        assert_eq!((call.name.name.as_str(), call.args.len()), ("optional", 2));
    }
    assert_eq!(expression("\"a$${b}\"").as_text().as_deref(), Some("a${b}"));
    assert_eq!(expression("\"\"").as_text().as_deref(), Some(""));
    assert_eq!(expression("\"${a}\"").as_text(), None);
    assert_eq!(json_string("${a}").as_text().as_deref(), Some("${a}"));
}

#[test]
fn a_broken_template_in_json_is_kept_for_later() {
    let file = SourceFile::new(FileId(0), "main.tf.json", r#"{"description": "costs ${"}"#);
    let (root, diagnostics) = json::parse_file(&file);
    assert_eq!(diagnostics, Diagnostics::default());
    let attributes = Body::from(root).just_attributes(&mut Diagnostics::default());
    let trueup_syntax::ast::ExprKind::JsonString(string) = &attributes[0].expr.kind else {
        panic!("a string");
    };
    assert_eq!(string.raw.as_str(), "costs ${");
    assert!(string.template.is_none() && string.errors.has_errors());
}
