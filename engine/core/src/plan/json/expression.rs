//! Expressions as the configuration part tells them: their value if they are
//! constant, and what they refer to.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};
use trueup_lang::{Scope, evaluate, references};
use trueup_sdk::{Block, NestingMode};
use trueup_syntax::{
    ast::{Expr, Step, StepKind, Traversal},
    body::{AttributeSpec, BlockItem, BlockSpec, Body, BodySchema, attribute, block},
};
use trueup_value::quote;

use super::{change::value_json, document::put};
use crate::address::{Subject, parse_reference};

/// An expression; empty where neither a value nor a reference is known.
pub(super) fn expression(expr: &Expr) -> Map<String, Json> {
    let mut shown = Map::new();
    let (value, found) = evaluate(expr, &Scope::empty());
    let (value, _) = value.unmark_deep();
    if !found.has_errors() && value.is_wholly_known() {
        shown.insert("constant_value".into(), value_json(&value));
    }
    let names: Vec<String> = references(expr).into_iter().flat_map(reference).collect();
    put(&mut shown, "references", json!(names));
    shown
}

/// A reference with everything it is part of, the longest first.
fn reference(traversal: &Traversal) -> Vec<String> {
    let Ok(reference) = parse_reference(traversal) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let subject = reference.subject.to_string();
    for length in (1..=reference.remaining.len()).rev() {
        let steps = reference.remaining.get(..length).unwrap_or_default();
        names.push(format!("{subject}{}", steps_text(steps)));
    }
    names.push(subject);
    match &reference.subject {
        Subject::ModuleInstance(call, _) => names.push(format!("module.{call}")),
        Subject::ResourceInstance(resource, Some(_)) => names.push(resource.to_string()),
        Subject::ModuleOutput(call, key, _) => {
            let key = key.as_ref().map(ToString::to_string).unwrap_or_default();
            names.push(format!("module.{call}{key}"));
        }
        _ => {}
    }
    names
}

fn steps_text(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let _ = match &step.kind {
            StepKind::Attr(name) => write!(text, ".{name}"),
            StepKind::Index(key) => match (key.as_str(), key.as_number()) {
                (Some(key), _) => write!(text, "[{}]", quote(key)),
                (_, Some(number)) => write!(text, "[{}]", number.to_text()),
                _ => write!(text, "[]"),
            },
        };
    }
    text
}

/// What waits for what: `depends_on` as its subjects.
pub(super) fn depends_on(traversals: &[Traversal]) -> Json {
    let subjects = traversals.iter().filter_map(|traversal| {
        let reference = parse_reference(traversal).ok()?;
        Some(reference.subject.to_string())
    });
    json!(subjects.collect::<Vec<_>>())
}

/// The expressions of a body, attribute by attribute and block by block.
/// `dynamic` blocks are not among them.
pub(super) fn expressions(body: &Body, schema: &Block) -> Map<String, Json> {
    let attributes: Vec<AttributeSpec<'_>> = schema
        .attributes
        .keys()
        .map(|name| attribute(name))
        .collect();
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let labels: &[&str] = match nested.nesting {
            NestingMode::Map => &["key"],
            _ => &[],
        };
        block(name, labels)
    });
    let blocks: Vec<BlockSpec<'_>> = blocks.collect();
    let wanted = BodySchema {
        attributes: &attributes,
        blocks: &blocks,
    };
    // What is wrong with it has been said when it was validated.
    let (content, _) = body.partial_content(&wanted, &mut Default::default());
    let mut shown = Map::new();
    for attribute in &content.attributes {
        let name = attribute.name.name.to_string();
        shown.insert(name, Json::Object(expression(&attribute.expr)));
    }
    for item in &content.blocks {
        nested(&mut shown, item, schema);
    }
    shown
}

fn nested(shown: &mut Map<String, Json>, item: &BlockItem, schema: &Block) {
    let name = item.kind.name.as_str();
    let Some(nested) = schema.blocks.get(name) else {
        return;
    };
    let inner = Json::Object(expressions(&item.body, &nested.block));
    match nested.nesting {
        NestingMode::Single | NestingMode::Group => {
            shown.insert(name.to_owned(), inner);
        }
        NestingMode::List | NestingMode::Set => {
            let list = shown.entry(name).or_insert_with(|| json!([]));
            if let Json::Array(list) = list {
                list.push(inner);
            }
        }
        NestingMode::Map => {
            let map = shown.entry(name).or_insert_with(|| json!({}));
            if let (Json::Object(map), Some(label)) = (map, item.labels.first()) {
                map.insert(label.name.to_string(), inner);
            }
        }
    }
}
