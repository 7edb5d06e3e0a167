//! The parser against HCL's, on inputs of ours: the tables hold what HCL
//! 2.23.0 answers. Each case is the kind of text, the text, the tree (see
//! [`crate::tree`]) and the diagnostics.
//!
//! The known differences are not in the tables: an error about a missing `]`
//! of an index points at what stands in its place, not at where HCL goes on;
//! clusters are not counted anew at each token; labels are in normalization
//! form C; a wrong type in JSON is reported once, not twice, and a tab there
//! is one column.

use std::fmt::Write;

use trueup_syntax::{
    Diagnostics, FileId, SourceFile, Span,
    ast::Attribute,
    body::{Body, BodySchema, attribute, block, required},
    json,
    parse::{parse_expression, parse_file, parse_template, parse_traversal},
};
use trueup_value::quote;

use crate::{table::cases, tree};

/// What the bodies of `bodies.txt` and `json.txt` are read by, at every level.
const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: &[
        required("foo"),
        attribute("bar"),
        attribute("count"),
        attribute("data"),
    ],
    blocks: &[
        block("blk", &[]),
        block("variable", &["name"]),
        block("resource", &["type", "name"]),
    ],
};

/// What is read first, in a second reading, before all that is left is read
/// as arguments.
const PART: BodySchema<'_> = BodySchema {
    attributes: &[attribute("bar")],
    blocks: &[block("blk", &[])],
};

#[test]
fn trees_and_diagnostics() {
    check(include_str!("parse/native.txt"));
}

#[test]
fn bodies_read_by_a_schema() {
    check(include_str!("parse/bodies.txt"));
}

#[test]
fn json_read_by_a_schema() {
    check(include_str!("parse/json.txt"));
}

fn check(table: &str) {
    for case in cases(table) {
        let file = SourceFile::new(FileId(0), "f", case.input);
        let (tree, diagnostics) = read(case.name, &file);
        let output = format!("{tree}{}", report(&file, &diagnostics));
        assert_eq!(output, case.output, "{} {:?}", case.name, case.input);
    }
}

fn read(kind: &str, file: &SourceFile) -> (String, Diagnostics) {
    match kind {
        "file" => {
            let (body, diagnostics) = parse_file(file);
            (tree::body(&body), diagnostics)
        }
        "expression" => {
            let (expr, diagnostics) = parse_expression(file);
            (tree::expr(&expr), diagnostics)
        }
        "template" => {
            let (expr, diagnostics) = parse_template(file);
            (tree::expr(&expr), diagnostics)
        }
        "traversal" => {
            let (traversal, diagnostics) = parse_traversal(file);
            (
                traversal.map_or(String::new(), |t| tree::traversal(&t)),
                diagnostics,
            )
        }
        "body" => {
            let (body, mut diagnostics) = parse_file(file);
            (content(&Body::from(body), &mut diagnostics), diagnostics)
        }
        _ => {
            let (root, mut diagnostics) = json::parse_file(file);
            (content(&Body::from(root), &mut diagnostics), diagnostics)
        }
    }
}

fn report(file: &SourceFile, diagnostics: &Diagnostics) -> String {
    let mut text = String::new();
    for [summary, detail, subject, context] in tree::diagnostics(file, diagnostics) {
        let within = if context.is_empty() { "" } else { " within " };
        let detail = detail.replace('\n', "\\n");
        write!(
            text,
            "\nerror: {summary}\n  at {subject}{within}{context}\n  {detail}"
        )
        .expect("written to a string");
    }
    text
}

fn content(body: &Body, diagnostics: &mut Diagnostics) -> String {
    let content = body.content(&SCHEMA, diagnostics);
    let place = content.missing.map_or(String::new(), at);
    let mut text = format!("{{{}}}{place}", attributes(&content.attributes));
    let (part, rest) = body.partial_content(&PART, &mut Diagnostics::default());
    let (found, blocks) = (attributes(&part.attributes), part.blocks.len());
    let rest = attributes(&rest.just_attributes(diagnostics));
    write!(text, "part{{{found}{blocks}}}just{{{rest}}}").expect("written to a string");
    for block in &content.blocks {
        write!(text, " block({}{}", block.kind.name, at(block.kind.span))
            .expect("written to a string");
        for label in &block.labels {
            write!(text, " {}{}", quote(&label.name), at(label.span)).expect("written to a string");
        }
        let inner = self::content(&block.body, diagnostics);
        write!(text, " {}{inner})", at(block.header)).expect("written to a string");
    }
    text
}

fn attributes(attributes: &[std::sync::Arc<Attribute>]) -> String {
    let attribute = |a: &std::sync::Arc<Attribute>| {
        format!(
            "{}{}={}{}",
            a.name.name,
            at(a.name.span),
            tree::expr(&a.expr),
            at(a.span)
        )
    };
    attributes
        .iter()
        .map(attribute)
        .collect::<Vec<_>>()
        .join("; ")
}

fn at(span: Span) -> String {
    format!("@{}-{}", span.start, span.end)
}
