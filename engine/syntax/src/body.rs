//! Bodies read by a schema: which arguments and blocks there may be.
//!
//! Whether a property of the JSON syntax is an argument or a block only the
//! schema says, so bodies of both syntaxes are read through this module, with
//! the messages of HCL.

mod json;
mod native;
mod schema;

use std::sync::Arc;

use trueup_value::{Str, quote};

pub use schema::{AttributeSpec, BlockSpec, BodySchema, attribute, block, required};

use crate::{
    Diagnostic, Diagnostics, Severity, Span,
    ast::{self, Attribute, Ident},
    json::Node,
};

/// What was found in a body.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Arguments in source order.
    pub attributes: Vec<Arc<Attribute>>,
    /// Blocks in source order.
    pub blocks: Vec<BlockItem>,
    /// What a diagnostic about something missing points at; none if no body
    /// was read at all.
    pub missing: Option<Span>,
}

/// A block found in a body; it has the labels its schema asks for.
#[derive(Clone, Debug)]
pub struct BlockItem {
    /// What it is.
    pub kind: Ident,
    /// Its labels.
    pub labels: Vec<Ident>,
    /// What is in it.
    pub body: Body,
    /// What diagnostics point at: from the kind to the last label; in JSON
    /// the opening bracket.
    pub header: Span,
}

/// A body of either syntax, possibly without what was read of it before, or
/// several that are read as one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Body(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Native(Arc<ast::Body>, Hidden),
    Json(Node, Hidden),
    Merged(Arc<[Body]>),
    /// A body and what is said in its place in an override file.
    Override(Arc<(Body, Body)>),
}

/// Names that earlier readings have taken.
#[derive(Clone, Debug, Default)]
struct Hidden(Option<Arc<Names>>);

#[derive(Clone, Debug, Default)]
struct Names {
    attributes: Vec<Str>,
    blocks: Vec<Str>,
}

impl Hidden {
    fn attribute(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|names| names.attributes.iter().any(|n| n.as_str() == name))
    }

    fn block(&self, kind: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|names| names.blocks.iter().any(|n| n.as_str() == kind))
    }

    /// A name of the JSON syntax, where it may be either.
    fn property(&self, name: &str) -> bool {
        self.attribute(name) || self.block(name)
    }

    fn with(&self, schema: &BodySchema<'_>) -> Hidden {
        let mut names = self.0.as_deref().cloned().unwrap_or_default();
        names
            .attributes
            .extend(schema.attributes.iter().map(|spec| Str::from(spec.name)));
        names
            .blocks
            .extend(schema.blocks.iter().map(|spec| Str::from(spec.kind)));
        Hidden(Some(Arc::new(names)))
    }
}

impl Content {
    /// The argument called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Arc<Attribute>> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.name.as_str() == name)
    }
}

impl From<Arc<ast::Body>> for Body {
    fn from(body: Arc<ast::Body>) -> Self {
        Body(Repr::Native(body, Hidden::default()))
    }
}

impl From<ast::Body> for Body {
    fn from(body: ast::Body) -> Self {
        Arc::new(body).into()
    }
}

impl From<Node> for Body {
    fn from(node: Node) -> Self {
        Body(Repr::Json(node, Hidden::default()))
    }
}

impl Body {
    /// Several bodies read as one, such as the files of a module.
    pub fn merged(bodies: impl IntoIterator<Item = Body>) -> Self {
        Body(Repr::Merged(bodies.into_iter().collect()))
    }

    /// `base`, with what `changes` says in its place where it says something:
    /// arguments one by one, blocks by type all together.
    pub fn overridden(base: Body, changes: Body) -> Self {
        Body(Repr::Override(Arc::new((base, changes))))
    }

    /// What a diagnostic about something missing points at.
    pub fn missing(&self) -> Option<Span> {
        match &self.0 {
            Repr::Native(body, _) => Some(body.span.at_start()),
            Repr::Json(Node::Object(object), _) => Some(object.close),
            Repr::Json(node, _) => Some(node.start()),
            Repr::Merged(bodies) => bodies.first().and_then(Body::missing),
            Repr::Override(both) => both.0.missing(),
        }
    }

    /// Whether it is written in JSON, where references, types and keywords
    /// stand in strings.
    pub fn is_json(&self) -> bool {
        match &self.0 {
            Repr::Native(..) => false,
            Repr::Json(..) => true,
            Repr::Merged(bodies) => bodies.iter().any(Body::is_json),
            Repr::Override(both) => both.0.is_json(),
        }
    }

    /// Reads everything; what `schema` doesn't name is an error.
    pub fn content(&self, schema: &BodySchema<'_>, diagnostics: &mut Diagnostics) -> Content {
        let content = self.known(schema, diagnostics, true);
        self.report_unknown(schema, &content, diagnostics);
        content
    }

    /// Reads what `schema` names; the rest is returned as a body.
    pub fn partial_content(
        &self,
        schema: &BodySchema<'_>,
        diagnostics: &mut Diagnostics,
    ) -> (Content, Body) {
        (self.known(schema, diagnostics, true), self.without(schema))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        let mut diagnostics = Diagnostics::default();
        self.content(&BodySchema::EMPTY, &mut diagnostics);
        diagnostics.0.is_empty()
    }

    /// Reads a body that has arguments of any name and no blocks.
    pub fn just_attributes(&self, diagnostics: &mut Diagnostics) -> Vec<Arc<Attribute>> {
        match &self.0 {
            Repr::Native(body, hidden) => native::just_attributes(body, hidden, diagnostics),
            Repr::Json(node, hidden) => json::just_attributes(node, hidden, diagnostics),
            Repr::Merged(bodies) => {
                let mut merged = Content::default();
                for body in bodies.iter() {
                    merge_attributes(&mut merged, body.just_attributes(diagnostics), diagnostics);
                }
                merged.attributes
            }
            Repr::Override(both) => {
                let base = both.0.just_attributes(diagnostics);
                override_attributes(base, both.1.just_attributes(diagnostics))
            }
        }
    }

    /// Visits every expression in it, those of nested blocks included, for
    /// questions that need no schema. In JSON a nested block is one expression.
    pub fn each_expression(&self, visit: &mut dyn FnMut(&ast::Expr)) {
        match &self.0 {
            Repr::Native(body, hidden) => {
                let attributes = body.attributes.iter();
                for attribute in attributes.filter(|a| !hidden.attribute(&a.name.name)) {
                    visit(&attribute.expr);
                }
                let blocks = body.blocks.iter();
                for block in blocks.filter(|block| !hidden.block(&block.kind.name)) {
                    Body::from(block.body.clone()).each_expression(visit);
                }
            }
            Repr::Json(..) => {
                for attribute in self.just_attributes(&mut Diagnostics::default()) {
                    visit(&attribute.expr);
                }
            }
            Repr::Merged(bodies) => bodies.iter().for_each(|body| body.each_expression(visit)),
            Repr::Override(both) => {
                both.0.each_expression(visit);
                both.1.each_expression(visit);
            }
        }
    }

    fn without(&self, schema: &BodySchema<'_>) -> Body {
        Body(match &self.0 {
            Repr::Native(body, hidden) => Repr::Native(body.clone(), hidden.with(schema)),
            Repr::Json(node, hidden) => Repr::Json(node.clone(), hidden.with(schema)),
            Repr::Merged(bodies) => {
                Repr::Merged(bodies.iter().map(|body| body.without(schema)).collect())
            }
            Repr::Override(both) => {
                Repr::Override(Arc::new((both.0.without(schema), both.1.without(schema))))
            }
        })
    }

    fn known(
        &self,
        schema: &BodySchema<'_>,
        diagnostics: &mut Diagnostics,
        check_required: bool,
    ) -> Content {
        let mut content = match &self.0 {
            Repr::Native(body, hidden) => {
                let attributes = native::attributes(body, hidden, schema);
                let content = Content {
                    attributes,
                    blocks: Vec::new(),
                    missing: self.missing(),
                };
                if check_required {
                    report_missing(&content, schema, diagnostics);
                }
                let blocks = native::blocks(body, hidden, schema, diagnostics);
                return Content { blocks, ..content };
            }
            Repr::Json(node, hidden) => json::content(node, hidden, schema, diagnostics),
            Repr::Merged(bodies) => merged_content(bodies, schema, diagnostics),
            Repr::Override(both) => {
                // What the base must say it must say itself.
                let base = both.0.known(schema, diagnostics, check_required);
                let changes = both.1.known(schema, diagnostics, false);
                return overridden_content(base, changes);
            }
        };
        content.missing = self.missing();
        if check_required {
            report_missing(&content, schema, diagnostics);
        }
        content
    }

    fn report_unknown(
        &self,
        schema: &BodySchema<'_>,
        content: &Content,
        diagnostics: &mut Diagnostics,
    ) {
        match &self.0 {
            Repr::Native(body, hidden) => {
                native::report_unknown(body, hidden, schema, content, diagnostics);
            }
            Repr::Json(node, hidden) => {
                json::report_unknown(node, hidden, schema, content, diagnostics);
            }
            Repr::Merged(bodies) => {
                for body in bodies.iter() {
                    body.report_unknown(schema, content, diagnostics);
                }
            }
            Repr::Override(both) => {
                let mut found = Diagnostics::default();
                both.0.report_unknown(schema, content, &mut found);
                both.1.report_unknown(schema, content, &mut found);
                let ignored = found.0.into_iter().map(|mut diagnostic| {
                    diagnostic.severity = Severity::Warning;
                    diagnostic
                        .hint("it is ignored, as Terraform does in blocks that are overridden")
                });
                diagnostics.0.extend(ignored);
            }
        }
    }
}

fn merged_content(
    bodies: &[Body],
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) -> Content {
    let mut merged = Content::default();
    for body in bodies {
        let content = body.known(schema, diagnostics, false);
        merge_attributes(&mut merged, content.attributes, diagnostics);
        merged.blocks.extend(content.blocks);
    }
    merged
}

fn merge_attributes(
    merged: &mut Content,
    attributes: Vec<Arc<Attribute>>,
    diagnostics: &mut Diagnostics,
) {
    for attribute in attributes {
        if merged.attribute(&attribute.name.name).is_none() {
            merged.attributes.push(attribute);
            continue;
        }
        let name = quote(&attribute.name.name);
        diagnostics.push(Diagnostic::error(
            "Duplicate argument",
            format!("Argument {name} was already set. Each argument may be set only once."),
            attribute.name.span,
        ));
    }
}

fn overridden_content(base: Content, changes: Content) -> Content {
    // A `dynamic` block stands for blocks of the type it generates.
    let replaced = |kind: &str| changes.blocks.iter().any(|block| block_type(block) == kind);
    let mut blocks = base.blocks;
    blocks.retain(|block| !replaced(block_type(block)));
    blocks.extend(changes.blocks);
    Content {
        attributes: override_attributes(base.attributes, changes.attributes),
        blocks,
        missing: base.missing,
    }
}

fn override_attributes(
    mut base: Vec<Arc<Attribute>>,
    changes: Vec<Arc<Attribute>>,
) -> Vec<Arc<Attribute>> {
    for change in changes {
        match base
            .iter_mut()
            .find(|attribute| attribute.name.name == change.name.name)
        {
            Some(place) => *place = change,
            None => base.push(change),
        }
    }
    base
}

fn block_type(block: &BlockItem) -> &str {
    match (block.kind.name.as_str(), block.labels.first()) {
        ("dynamic", Some(label)) => label.name.as_str(),
        (kind, _) => kind,
    }
}

fn report_missing(content: &Content, schema: &BodySchema<'_>, diagnostics: &mut Diagnostics) {
    let Some(place) = content.missing else {
        return;
    };
    for spec in schema.attributes.iter().filter(|spec| spec.required) {
        if content.attribute(spec.name).is_none() {
            let name = quote(spec.name);
            diagnostics.push(Diagnostic::error(
                "Missing required argument",
                format!("The argument {name} is required, but no definition was found."),
                place,
            ));
        }
    }
}
