//! Bodies of the JSON syntax: objects, or arrays of objects.

use std::sync::Arc;

use trueup_value::quote;

use super::{BlockItem, Body, BodySchema, Content, Hidden};
use crate::{
    Diagnostic, Diagnostics, Span,
    ast::{Attribute, Ident},
    json::{Node, Object, Property},
    suggest::{nearest_hint, similar_name},
};

const TYPE: &str = "Incorrect JSON value type";
/// The property that is a comment.
const COMMENT: &str = "//";

pub(super) fn content(
    node: &Node,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) -> Content {
    let mut content = Content::default();
    for (object, property) in properties(node, None, diagnostics) {
        let name = &property.name;
        if hidden.property(name) {
            continue;
        }
        if schema.attribute(name).is_some() {
            add(&mut content, object, property, diagnostics);
        } else if let Some(spec) = schema.block(name) {
            let mut blocks = Blocks {
                kind: ident(property),
                labels: Vec::new(),
                found: &mut content.blocks,
                diagnostics,
            };
            blocks.unpack(&property.value, spec.labels);
        }
    }
    content
}

fn add(content: &mut Content, object: &Object, property: &Property, diagnostics: &mut Diagnostics) {
    if let Some(detail) = already_set(content, object, property) {
        let place = property.key.span;
        diagnostics.push(Diagnostic::error("Duplicate argument", detail, place).within(place));
    } else {
        content.attributes.push(Arc::new(to_attribute(property)));
    }
}

fn already_set(content: &Content, object: &Object, property: &Property) -> Option<String> {
    let existing = content.attribute(&property.name)?;
    Some(format!(
        "The argument {} was already set at {}.",
        quote(&property.name),
        object.file.describe(existing.span),
    ))
}

fn to_attribute(property: &Property) -> Attribute {
    let expr = property.value.to_expr();
    Attribute {
        name: ident(property),
        span: property.key.span.through(expr.span),
        expr,
    }
}

fn ident(property: &Property) -> Ident {
    Ident {
        name: property.name.clone(),
        span: property.key.span,
    }
}

pub(super) fn report_unknown(
    node: &Node,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    content: &Content,
    diagnostics: &mut Diagnostics,
) {
    // Reported before, when the content was read.
    let mut reported = Diagnostics::default();
    let unused = schema.attributes.iter().map(|spec| spec.name);
    let unused = unused.filter(|name| content.attribute(name).is_none());
    let names: Vec<&str> = unused
        .chain(schema.blocks.iter().map(|spec| spec.kind))
        .collect();
    for (_, property) in properties(node, None, &mut reported) {
        let name = &property.name;
        let known = schema.attribute(name).is_some() || schema.block(name).is_some();
        if known || hidden.property(name) || name.as_str() == COMMENT {
            continue;
        }
        let suggestion = similar_name(name, names.iter().copied());
        let suggestion = suggestion.map_or(String::new(), |similar| {
            format!(" Did you mean {}?", quote(similar))
        });
        diagnostics.push(
            Diagnostic::error(
                "Extraneous JSON object property",
                format!(
                    "No argument or block type is named {}.{suggestion}",
                    quote(name)
                ),
                property.key.span,
            )
            .within(property.key.span)
            .hints(nearest_hint(name, names.iter().copied())),
        );
    }
}

pub(super) fn just_attributes(
    node: &Node,
    hidden: &Hidden,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Attribute>> {
    let Node::Object(object) = node else {
        let detail = "A JSON object is required here, setting the arguments for this block.";
        diagnostics.push(Diagnostic::error(TYPE, detail, node.start()));
        return Vec::new();
    };
    let mut content = Content::default();
    for property in &object.properties {
        if property.name.as_str() == COMMENT || hidden.property(&property.name) {
            continue;
        }
        if let Some(detail) = already_set(&content, object, property) {
            let place = property.key.span;
            diagnostics.push(Diagnostic::error(
                "Duplicate attribute definition",
                detail,
                place,
            ));
        } else {
            content.attributes.push(Arc::new(to_attribute(property)));
        }
    }
    content.attributes
}

/// The properties of an object, or of all objects of an array. `label` is
/// what the names of the properties are, if they are labels.
fn properties<'n>(
    node: &'n Node,
    label: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Vec<(&'n Object, &'n Property)> {
    let mut wrong = |either: &str, place: Span| {
        let purpose = match label {
            Some(label) => format!("to specify {label} labels for this block"),
            None => "to define arguments and child blocks".to_owned(),
        };
        let detail = format!("{either} is required here, {purpose}.");
        diagnostics.push(Diagnostic::error(TYPE, detail, place));
    };
    let of = |object: &'n Object| object.properties.iter().map(move |p| (object, p));
    let mut all = Vec::new();
    match node {
        Node::Object(object) => all.extend(of(object)),
        Node::Array(array) => {
            for value in &array.values {
                match value {
                    Node::Object(object) => all.extend(of(object)),
                    _ => wrong("A JSON object", value.start()),
                }
            }
        }
        Node::Leaf(_) if node.is_null() => {}
        Node::Leaf(_) => wrong(
            "Either a JSON object or JSON array of objects",
            node.start(),
        ),
    }
    all
}

/// Blocks of one type, while their labels are peeled off.
struct Blocks<'a> {
    kind: Ident,
    labels: Vec<Ident>,
    found: &'a mut Vec<BlockItem>,
    diagnostics: &'a mut Diagnostics,
}

impl Blocks<'_> {
    /// `wanted` is what the labels still to come are called.
    fn unpack(&mut self, node: &Node, wanted: &[&str]) {
        let Some((label, rest)) = wanted.split_first() else {
            return self.bodies(node);
        };
        let properties = properties(node, Some(label), self.diagnostics);
        if properties.is_empty() {
            let kind = &self.kind.name;
            let detail = format!(
                "At least one object property is required, whose name represents the {kind} block's {label}."
            );
            self.diagnostics.push(Diagnostic::error(
                "Missing block label",
                detail,
                node.start(),
            ));
        }
        for (_, property) in properties {
            self.labels.push(ident(property));
            self.unpack(&property.value, rest);
            self.labels.pop();
        }
    }

    fn bodies(&mut self, node: &Node) {
        match node {
            Node::Object(_) => self.add(node.clone(), node.start()),
            Node::Array(array) => {
                for value in &array.values {
                    self.add(value.clone(), array.open);
                }
            }
            Node::Leaf(_) if node.is_null() => {}
            Node::Leaf(_) => {
                let detail = format!(
                    "Either a JSON object or a JSON array is required, representing the contents of one or more {} blocks.",
                    quote(&self.kind.name)
                );
                self.diagnostics
                    .push(Diagnostic::error(TYPE, detail, node.start()));
            }
        }
    }

    fn add(&mut self, body: Node, header: Span) {
        self.found.push(BlockItem {
            kind: self.kind.clone(),
            labels: self.labels.clone(),
            body: Body::from(body),
            header,
        });
    }
}
