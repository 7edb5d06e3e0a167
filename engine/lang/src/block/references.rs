//! Which variables a body refers to.

use trueup_syntax::{
    Diagnostics,
    ast::{Expr, Traversal},
    body::{self, BlockItem, Body, BodySchema},
};
use trueup_value::Str;

use super::spec::Spec;
use crate::references::references;

/// All traversals in `body`, but for those that begin with the iterator of a
/// `dynamic` block around them. What is wrong with the body is passed over:
/// decoding reports it.
pub fn body_references(body: &Body, spec: &Spec) -> Vec<Traversal> {
    let mut walker = Walker::default();
    walker.body(body, spec);
    walker.found
}

#[derive(Default)]
struct Walker {
    iterators: Vec<Str>,
    found: Vec<Traversal>,
}

const DYNAMIC: BodySchema<'static> = BodySchema {
    attributes: &[
        body::attribute("for_each"),
        body::attribute("iterator"),
        body::attribute("labels"),
    ],
    blocks: &[body::block("content", &[])],
};

impl Walker {
    fn body(&mut self, body: &Body, spec: &Spec) {
        let mut ignored = Diagnostics::default();
        let spec = &*spec.as_written(body);
        let (content, _) = spec.with_schema(|schema| body.partial_content(schema, &mut ignored));
        for attribute in &content.attributes {
            self.expression(&attribute.expr);
        }
        for block in &content.blocks {
            self.block(block, spec);
        }
    }

    fn block(&mut self, block: &BlockItem, spec: &Spec) {
        if block.kind.name.as_str() == "dynamic" {
            self.dynamic(block, spec);
        } else if let Some(inner) = spec.block(&block.kind.name) {
            self.body(&block.body, &inner.spec);
        }
    }

    fn dynamic(&mut self, block: &BlockItem, spec: &Spec) {
        let mut ignored = Diagnostics::default();
        let (content, _) = block.body.partial_content(&DYNAMIC, &mut ignored);
        let iterator = match content.attribute("iterator") {
            Some(attribute) => attribute.expr.as_keyword(),
            None => block.labels.first().map(|kind| kind.name.clone()),
        };
        if let Some(attribute) = content.attribute("for_each") {
            self.expression(&attribute.expr);
        }
        self.iterators.extend(iterator.clone());
        if let Some(attribute) = content.attribute("labels") {
            self.expression(&attribute.expr);
        }
        let kind = block.labels.first();
        let inner = kind.and_then(|kind| spec.block(&kind.name));
        for content in &content.blocks {
            if let Some(inner) = inner {
                self.body(&content.body, &inner.spec);
            }
        }
        if iterator.is_some() {
            self.iterators.pop();
        }
    }

    fn expression(&mut self, expr: &Expr) {
        let iterators = &self.iterators;
        let outside = references(expr)
            .into_iter()
            .filter(|traversal| !iterators.contains(&traversal.root.name));
        self.found.extend(outside.cloned());
    }
}
