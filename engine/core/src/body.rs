//! Bodies read by a schema: which arguments and blocks there may be.
//!
//! Whether an item of the JSON syntax is an argument or a block only the
//! schema says, so bodies are read through this module in both syntaxes.

use std::sync::Arc;

use trueup_syntax::{
    Diagnostic, Diagnostics, SourceFile, Span,
    ast::{self, Attribute, Ident},
    parse::parse_file,
    suggest::similar_name,
};

/// An argument there may be.
#[derive(Clone, Copy, Debug)]
pub struct AttributeSpec<'a> {
    /// Its name.
    pub name: &'a str,
    /// Leaving it out is an error.
    pub required: bool,
}

/// A block type there may be.
#[derive(Clone, Copy, Debug)]
pub struct BlockSpec<'a> {
    /// Its type name.
    pub kind: &'a str,
    /// What its labels are called.
    pub labels: &'a [&'a str],
}

/// What there may be in a body.
#[derive(Clone, Copy, Debug)]
pub struct BodySchema<'a> {
    /// Arguments.
    pub attributes: &'a [AttributeSpec<'a>],
    /// Block types.
    pub blocks: &'a [BlockSpec<'a>],
}

/// An optional argument.
pub const fn attribute(name: &str) -> AttributeSpec<'_> {
    AttributeSpec {
        name,
        required: false,
    }
}

/// An argument that must be there.
pub const fn required(name: &str) -> AttributeSpec<'_> {
    AttributeSpec {
        name,
        required: true,
    }
}

/// A block type.
pub const fn block<'a>(kind: &'a str, labels: &'a [&'a str]) -> BlockSpec<'a> {
    BlockSpec { kind, labels }
}

/// What was found in a body.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Arguments in source order.
    pub attributes: Vec<Arc<Attribute>>,
    /// Blocks in source order.
    pub blocks: Vec<BlockItem>,
    /// Where something missing would be added.
    pub end: Option<Span>,
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
    /// What diagnostics point at.
    pub header: Span,
}

/// A body of either syntax, possibly without what was read of it before, or
/// several that are read as one.
#[derive(Clone, Debug)]
pub struct Body(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Native {
        body: Arc<ast::Body>,
        hidden: Hidden,
    },
    Merged(Arc<[Body]>),
    /// The bodies of an override and its base: what the first says hides what
    /// the second says.
    Override(Arc<(Body, Body)>),
}

/// Names that an earlier reading has taken.
#[derive(Clone, Debug, Default)]
struct Hidden(Option<BodySchema<'static>>);

impl Hidden {
    fn attribute(&self, name: &str) -> bool {
        self.0
            .is_some_and(|schema| schema.attribute(name).is_some())
    }

    fn block(&self, kind: &str) -> bool {
        self.0.is_some_and(|schema| schema.block(kind).is_some())
    }
}

impl<'a> BodySchema<'a> {
    fn attribute(&self, name: &str) -> Option<&'a AttributeSpec<'a>> {
        self.attributes.iter().find(|spec| spec.name == name)
    }

    fn block(&self, kind: &str) -> Option<&'a BlockSpec<'a>> {
        self.blocks.iter().find(|spec| spec.kind == kind)
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
        Body(Repr::Native {
            body,
            hidden: Hidden::default(),
        })
    }
}

impl Body {
    /// Reads a file, in the syntax its name asks for.
    pub fn parse(file: &SourceFile) -> (Self, Diagnostics) {
        let (body, diagnostics) = parse_file(file);
        (Arc::new(body).into(), diagnostics)
    }

    /// Several bodies read as one.
    pub fn merged(bodies: impl IntoIterator<Item = Body>) -> Self {
        Body(Repr::Merged(bodies.into_iter().collect()))
    }

    /// `base`, with what `changes` says in its place where it says something.
    pub fn overridden(base: Body, changes: Body) -> Self {
        Body(Repr::Override(Arc::new((changes, base))))
    }

    /// Where something missing would be added.
    pub fn end(&self) -> Option<Span> {
        match &self.0 {
            Repr::Native { body, .. } => Some(body.span.at_start()),
            Repr::Merged(bodies) => bodies.first().and_then(Body::end),
            Repr::Override(both) => both.1.end(),
        }
    }

    /// Reads everything; what `schema` doesn't name is an error.
    pub fn content(&self, schema: &BodySchema<'_>, diagnostics: &mut Diagnostics) -> Content {
        let content = self.known(schema, diagnostics, true);
        self.report_unknown(schema, diagnostics);
        content
    }

    /// Reads what `schema` names; the rest is returned as a body.
    pub fn partial_content(
        &self,
        schema: &BodySchema<'static>,
        diagnostics: &mut Diagnostics,
    ) -> (Content, Body) {
        (self.known(schema, diagnostics, true), self.without(schema))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        const NOTHING: BodySchema<'_> = BodySchema {
            attributes: &[],
            blocks: &[],
        };
        let mut diagnostics = Diagnostics::default();
        self.content(&NOTHING, &mut diagnostics);
        diagnostics.0.is_empty()
    }

    /// Reads a body that has arguments of any name and no blocks.
    pub fn just_attributes(&self, diagnostics: &mut Diagnostics) -> Vec<Arc<Attribute>> {
        match &self.0 {
            Repr::Native { body, hidden } => {
                if let Some(block) = body.blocks.iter().find(|b| !hidden.block(&b.kind.name)) {
                    diagnostics.push(Diagnostic::error(
                        format!("Unexpected \"{}\" block", block.kind.name),
                        "Blocks are not allowed here.",
                        block.kind.span,
                    ));
                }
                let attributes = body.attributes.iter();
                attributes
                    .filter(|a| !hidden.attribute(&a.name.name))
                    .cloned()
                    .collect()
            }
            Repr::Merged(bodies) => bodies
                .iter()
                .flat_map(|body| body.just_attributes(diagnostics))
                .collect(),
            Repr::Override(both) => {
                let mut attributes = both.0.just_attributes(diagnostics);
                let base = both.1.just_attributes(diagnostics);
                let new: Vec<_> = base
                    .into_iter()
                    .filter(|a| attributes.iter().all(|b| b.name.name != a.name.name))
                    .collect();
                attributes.extend(new);
                attributes
            }
        }
    }

    /// Visits every expression in it, nested blocks included, whatever the
    /// schema.
    pub fn each_expression(&self, visit: &mut dyn FnMut(&ast::Expr)) {
        match &self.0 {
            Repr::Native { body, hidden } => {
                let attributes = body.attributes.iter();
                for attribute in attributes.filter(|a| !hidden.attribute(&a.name.name)) {
                    visit(&attribute.expr);
                }
                for block in body.blocks.iter().filter(|b| !hidden.block(&b.kind.name)) {
                    Body::from(block.body.clone()).each_expression(visit);
                }
            }
            Repr::Merged(bodies) => bodies.iter().for_each(|body| body.each_expression(visit)),
            Repr::Override(both) => {
                both.0.each_expression(visit);
                both.1.each_expression(visit);
            }
        }
    }

    fn without(&self, schema: &BodySchema<'static>) -> Body {
        Body(match &self.0 {
            Repr::Native { body, .. } => Repr::Native {
                body: body.clone(),
                hidden: Hidden(Some(*schema)),
            },
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
        let content = match &self.0 {
            Repr::Native { body, hidden } => native_content(body, hidden, schema, diagnostics),
            Repr::Merged(bodies) => merged_content(bodies, schema, diagnostics),
            Repr::Override(both) => {
                let changes = both.0.known(schema, diagnostics, false);
                let base = both.1.known(schema, diagnostics, false);
                overridden_content(changes, base)
            }
        };
        if check_required {
            report_missing(&content, schema, diagnostics);
        }
        content
    }

    fn report_unknown(&self, schema: &BodySchema<'_>, diagnostics: &mut Diagnostics) {
        match &self.0 {
            Repr::Native { body, hidden } => native_unknown(body, hidden, schema, diagnostics),
            Repr::Merged(bodies) => {
                bodies
                    .iter()
                    .for_each(|body| body.report_unknown(schema, diagnostics));
            }
            Repr::Override(both) => {
                both.0.report_unknown(schema, diagnostics);
                both.1.report_unknown(schema, diagnostics);
            }
        }
    }
}

fn native_content(
    body: &ast::Body,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) -> Content {
    let wanted = |name: &str| schema.attribute(name).is_some() && !hidden.attribute(name);
    let attributes = body
        .attributes
        .iter()
        .filter(|a| wanted(&a.name.name))
        .cloned()
        .collect();
    let blocks = body
        .blocks
        .iter()
        .filter(|block| !hidden.block(&block.kind.name));
    let blocks = blocks
        .filter_map(|block| {
            let spec = schema.block(&block.kind.name)?;
            labels_match(block, spec, diagnostics).then(|| BlockItem::from(block))
        })
        .collect();
    Content {
        attributes,
        blocks,
        end: Some(body.span.at_start()),
    }
}

impl From<&ast::Block> for BlockItem {
    fn from(block: &ast::Block) -> Self {
        BlockItem {
            kind: block.kind.clone(),
            labels: block.labels.clone(),
            body: block.body.clone().into(),
            header: block.header,
        }
    }
}

fn labels_match(block: &ast::Block, spec: &BlockSpec<'_>, diagnostics: &mut Diagnostics) -> bool {
    let kind = &block.kind.name;
    let context = block.kind.span.to(block.open);
    let (found, wanted) = (block.labels.len(), spec.labels.len());
    if let Some(missing) = spec.labels.get(found) {
        let names = spec.labels.join(", ");
        diagnostics.push(
            Diagnostic::error(
                format!("Missing {missing} for {kind}"),
                format!("All {kind} blocks must have {wanted} labels ({names})."),
                block.open,
            )
            .within(context),
        );
        return false;
    }
    let Some(extra) = block.labels.get(wanted) else {
        return true;
    };
    let detail = match wanted {
        0 => format!("No labels are expected for {kind} blocks."),
        _ => {
            let names = spec.labels.join(", ");
            format!("Only {wanted} labels ({names}) are expected for {kind} blocks.")
        }
    };
    diagnostics.push(
        Diagnostic::error(format!("Extraneous label for {kind}"), detail, extra.span)
            .within(context),
    );
    false
}

fn merged_content(
    bodies: &[Body],
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) -> Content {
    let mut merged = Content::default();
    for body in bodies {
        let content = body.known(schema, diagnostics, false);
        merged.end = merged.end.or(content.end);
        for attribute in content.attributes {
            if merged.attribute(&attribute.name.name).is_some() {
                diagnostics.push(Diagnostic::error(
                    "Duplicate argument",
                    format!("Argument \"{}\" was already set.", attribute.name.name),
                    attribute.name.span,
                ));
            } else {
                merged.attributes.push(attribute);
            }
        }
        merged.blocks.extend(content.blocks);
    }
    merged
}

/// Arguments are replaced one by one; blocks by type, all together.
fn overridden_content(changes: Content, base: Content) -> Content {
    let mut content = Content {
        end: base.end,
        ..changes
    };
    for attribute in base.attributes {
        if content.attribute(&attribute.name.name).is_none() {
            content.attributes.push(attribute);
        }
    }
    let replaced = |kind: &str| {
        // A `dynamic` block stands for blocks of the type it generates.
        content.blocks.iter().any(|block| block_type(block) == kind)
    };
    let kept: Vec<BlockItem> = base
        .blocks
        .into_iter()
        .filter(|block| !replaced(block_type(block)))
        .collect();
    content.blocks.splice(0..0, kept);
    content
}

fn block_type(block: &BlockItem) -> &str {
    match (block.kind.name.as_str(), block.labels.first()) {
        ("dynamic", Some(label)) => label.name.as_str(),
        (kind, _) => kind,
    }
}

fn report_missing(content: &Content, schema: &BodySchema<'_>, diagnostics: &mut Diagnostics) {
    let Some(end) = content.end else { return };
    for spec in schema.attributes.iter().filter(|spec| spec.required) {
        if content.attribute(spec.name).is_none() {
            diagnostics.push(Diagnostic::error(
                "Missing required argument",
                format!(
                    "The argument \"{}\" is required, but no definition was found.",
                    spec.name
                ),
                end,
            ));
        }
    }
}

fn native_unknown(
    body: &ast::Body,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) {
    for attribute in &body.attributes {
        let name = &attribute.name.name;
        if schema.attribute(name).is_some() || hidden.attribute(name) {
            continue;
        }
        let given = |name: &str| body.attributes.iter().any(|a| a.name.name.as_str() == name);
        let visible = schema.attributes.iter().map(|a| a.name);
        let visible = visible.filter(|n| !hidden.attribute(n) && !given(n));
        let suggestion = match similar_name(name, visible) {
            Some(similar) => format!(" Did you mean \"{similar}\"?"),
            None if schema.block(name).is_some() => {
                format!(" Did you mean to define a block of type \"{name}\"?")
            }
            None => String::new(),
        };
        diagnostics.push(Diagnostic::error(
            "Unsupported argument",
            format!("An argument named \"{name}\" is not expected here.{suggestion}"),
            attribute.name.span,
        ));
    }
    for block in &body.blocks {
        let kind = &block.kind.name;
        if schema.block(kind).is_some() || hidden.block(kind) {
            continue;
        }
        let visible = schema
            .blocks
            .iter()
            .map(|b| b.kind)
            .filter(|k| !hidden.block(k));
        let suggestion = match similar_name(kind, visible) {
            Some(similar) => format!(" Did you mean \"{similar}\"?"),
            None if schema.attribute(kind).is_some() => format!(
                " Did you mean to define argument \"{kind}\"? If so, use the equals sign to assign it a value."
            ),
            None => String::new(),
        };
        diagnostics.push(Diagnostic::error(
            "Unsupported block type",
            format!("Blocks of type \"{kind}\" are not expected here.{suggestion}"),
            block.kind.span,
        ));
    }
}
