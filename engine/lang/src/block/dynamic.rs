//! `dynamic` blocks: blocks generated from a collection.

use std::sync::Arc;

use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Attribute, Expr},
    body::{self, BlockItem, Body, BodySchema, Content},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::{
    decode::Origin,
    spec::{BlockSpec, Spec},
};
use crate::{
    eval::evaluate,
    notes::{Cause, notes},
    scope::Scope,
};

/// A block, written out or generated.
pub(super) struct Generated {
    pub(super) kind: Str,
    pub(super) labels: Vec<Str>,
    pub(super) body: Body,
    pub(super) header: Span,
    /// The iteration that generated it.
    pub(super) iteration: Option<Iteration>,
    pub(super) origin: Origin,
}

/// What the iterator is called and what it is.
#[derive(Clone)]
pub(super) struct Iteration {
    pub(super) bound: [(Str, Value); 1],
}

impl Iteration {
    fn new(name: &Str, key: Value, value: Value) -> Iteration {
        let object = Value::object([("key", key), ("value", value)]);
        Iteration {
            bound: [(name.clone(), object)],
        }
    }
}

/// All blocks that `blocks` stand for, in order.
pub(super) fn expand(
    blocks: &[BlockItem],
    spec: &Spec,
    scope: &Scope<'_>,
    origin: Origin,
    diagnostics: &mut Diagnostics,
) -> Vec<Generated> {
    let mut expanded = Vec::with_capacity(blocks.len());
    for block in blocks {
        if block.kind.name.as_str() != "dynamic" {
            expanded.push(written(block, origin));
            continue;
        }
        let Some(kind) = block.labels.first() else {
            continue;
        };
        let Some(block_spec) = spec.block(&kind.name) else {
            diagnostics.push(Diagnostic::error(
                "Unsupported block type",
                format!(
                    "Blocks of type {} are not expected here.",
                    trueup_value::quote(&kind.name)
                ),
                kind.span,
            ));
            continue;
        };
        let mut generator = Generator {
            block,
            spec: block_spec,
            scope,
            origin,
            diagnostics,
        };
        if let Some(plan) = generator.plan() {
            generator.generate(&plan, &mut expanded);
        }
    }
    expanded
}

fn written(block: &BlockItem, origin: Origin) -> Generated {
    Generated {
        kind: block.kind.name.clone(),
        labels: block
            .labels
            .iter()
            .map(|label| label.name.clone())
            .collect(),
        body: block.body.clone(),
        header: block.header,
        iteration: None,
        origin: Origin {
            marks: Marks::NONE,
            unknown: origin.unknown,
        },
    }
}

/// What a `dynamic` block says.
struct Plan {
    iterator: Str,
    collection: Value,
    labels: Option<Arc<Attribute>>,
    content: Body,
}

struct Generator<'a> {
    block: &'a BlockItem,
    spec: &'a BlockSpec,
    scope: &'a Scope<'a>,
    origin: Origin,
    diagnostics: &'a mut Diagnostics,
}

const WITH_LABELS: &[body::AttributeSpec<'static>] = &[
    body::required("for_each"),
    body::attribute("iterator"),
    body::required("labels"),
];
const WITHOUT_LABELS: &[body::AttributeSpec<'static>] =
    &[body::required("for_each"), body::attribute("iterator")];
const INVALID: &str = "Invalid dynamic for_each value";
const INVALID_LABEL: &str = "Invalid dynamic block label";

impl Generator<'_> {
    fn fail(&mut self, summary: &str, detail: impl Into<String>, place: Span) {
        let diagnostic = Diagnostic::error(summary, detail, place);
        self.diagnostics.push(diagnostic);
    }

    /// Reads the block; `None` if there is something wrong.
    fn plan(&mut self) -> Option<Plan> {
        let schema = BodySchema {
            attributes: match self.spec.labels().is_empty() {
                true => WITHOUT_LABELS,
                false => WITH_LABELS,
            },
            blocks: &[body::block("content", &[])],
        };
        let mut found = Diagnostics::default();
        let content = self.block.body.content(&schema, &mut found);
        let failed = found.has_errors();
        self.diagnostics.extend(found);
        if failed {
            return None;
        }
        let iterator = self.iterator(&content)?;
        let for_each = content.attribute("for_each")?;
        let collection = self.collection(&for_each.expr)?;
        let labels = content.attribute("labels").cloned();
        if let Some(labels) = &labels {
            self.check_labels(&labels.expr)?;
        }
        Some(Plan {
            iterator,
            collection,
            labels,
            content: self.content(&content)?,
        })
    }

    fn iterator(&mut self, content: &Content) -> Option<Str> {
        let Some(attribute) = content.attribute("iterator") else {
            return Some(self.spec.name.clone());
        };
        let span = attribute.expr.span;
        let Some(traversal) = attribute.expr.as_traversal() else {
            self.fail(
                "Invalid expression",
                "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
                span,
            );
            return None;
        };
        if !traversal.steps.is_empty() {
            let detail = "Dynamic iterator must be a single variable name.";
            self.fail("Invalid dynamic iterator name", detail, span);
            return None;
        }
        Some(traversal.root.name.clone())
    }

    fn collection(&mut self, expr: &Expr) -> Option<Value> {
        let (value, found) = evaluate(expr, self.scope);
        let failed = found.has_errors();
        self.diagnostics.extend(found);
        if failed {
            return None;
        }
        let ty = value.ty();
        let detail = if value.is_null() && (ty == Type::Dynamic || !ty.is_primitive()) {
            "Cannot use a null value in for_each.".to_owned()
        } else if ty.is_primitive() {
            format!("Cannot use a {ty} value in for_each. An iterable collection is required.")
        } else {
            return Some(value);
        };
        let mut diagnostic = Diagnostic::error(INVALID, detail, expr.span);
        diagnostic.values = notes(expr, self.scope, Cause::default());
        self.diagnostics.push(diagnostic);
        None
    }

    fn check_labels(&mut self, expr: &Expr) -> Option<()> {
        let wanted = self.spec.labels().len();
        let Some(labels) = expr.as_list() else {
            let detail = "A static list expression is required.";
            self.fail("Invalid expression", detail, expr.span);
            return None;
        };
        let detail = || {
            let name = trueup_value::quote(&self.spec.name);
            format!("Blocks of type {name} require {wanted} label(s).")
        };
        if let Some(extra) = labels.get(wanted) {
            self.fail("Extraneous dynamic block label", detail(), extra.span);
            return None;
        }
        if labels.len() < wanted {
            self.fail("Insufficient dynamic block labels", detail(), expr.span);
            return None;
        }
        Some(())
    }

    fn content(&mut self, content: &Content) -> Option<Body> {
        match content.blocks.as_slice() {
            [only] => Some(only.body.clone()),
            [] => {
                let place = content.missing.unwrap_or(self.block.header);
                self.fail(
                    "Missing dynamic content block",
                    "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.",
                    place,
                );
                None
            }
            [_, second, ..] => {
                self.fail(
                    "Extraneous dynamic content block",
                    "Only one nested content block is allowed for each dynamic block.",
                    second.header,
                );
                None
            }
        }
    }

    fn generate(&mut self, plan: &Plan, expanded: &mut Vec<Generated>) {
        let (bare, marks) = plan.collection.unmarked();
        if !bare.is_known() {
            let unknown = Iteration::new(&plan.iterator, Value::dynamic(), Value::dynamic());
            let origin = Origin {
                marks,
                unknown: true,
            };
            expanded.extend(self.instance(plan, unknown, origin));
            return;
        }
        let origin = Origin {
            marks,
            unknown: self.origin.unknown,
        };
        for (key, value) in bare.elements() {
            let iteration = Iteration::new(&plan.iterator, key, value);
            expanded.extend(self.instance(plan, iteration, origin));
        }
    }

    /// One generated block; `None` if its labels are wrong.
    fn instance(&mut self, plan: &Plan, iteration: Iteration, origin: Origin) -> Option<Generated> {
        let labels = match plan
            .labels
            .as_ref()
            .and_then(|labels| labels.expr.as_list())
        {
            Some(labels) => {
                let scope = self.scope.child(&iteration.bound);
                let labels = labels
                    .iter()
                    .map(|label| label_text(label, &scope, self.diagnostics));
                labels.collect::<Option<Vec<Str>>>()?
            }
            None => Vec::new(),
        };
        Some(Generated {
            kind: self.spec.name.clone(),
            labels,
            body: plan.content.clone(),
            header: self.block.header,
            iteration: Some(iteration),
            origin,
        })
    }
}

fn label_text(expr: &Expr, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Option<Str> {
    let (value, found) = evaluate(expr, scope);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return None;
    }
    let detail = match convert::convert(&value, &Type::String) {
        Err(error) => format!("Cannot use this value as a dynamic block label: {error}."),
        Ok(label) if label.is_null() => {
            "Cannot use a null value as a dynamic block label.".to_owned()
        }
        Ok(label) if !label.is_known() => {
            "This value is not yet known. Dynamic block labels must be immediately-known values."
                .to_owned()
        }
        Ok(label) if label.is_marked() => {
            "This value has dynamic marks that make it unsuitable for use as a block label."
                .to_owned()
        }
        Ok(label) => return label.as_str().map(Str::from),
    };
    let mut diagnostic = Diagnostic::error(INVALID_LABEL, detail, expr.span);
    diagnostic.values = notes(expr, scope, Cause::default());
    diagnostics.push(diagnostic);
    None
}
