//! `module` blocks.

use std::{collections::HashMap, sync::Arc};

use trueup_lang::start_span;
use trueup_syntax::{
    Span,
    ast::{Attribute, Expr, ExprKind, Ident, Traversal},
};

use super::{Decoder, ProviderRef, VersionRequirement};
use crate::load::{ModuleSource, SourceError};
use trueup_syntax::body::{AttributeSpec, BlockItem, Body, BodySchema, attribute, block, required};

/// A call of a module.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// What it is called.
    pub name: Ident,
    /// Where the module is; missing only after an error or in an override.
    pub source: Option<ModuleSource>,
    /// The source argument.
    pub source_span: Option<Span>,
    /// What versions of a registry module will do.
    pub version: Option<VersionRequirement>,
    /// The values for the module's variables.
    pub body: Body,
    /// How many there are.
    pub count: Option<Arc<Attribute>>,
    /// One for each of these.
    pub for_each: Option<Arc<Attribute>>,
    /// What everything in it waits for.
    pub depends_on: Vec<Traversal>,
    /// There is a `depends_on` argument, be it empty.
    pub depends_on_set: bool,
    /// The provider configurations it gets.
    pub providers: Vec<PassedProvider>,
    /// The header of its block.
    pub span: Span,
}

/// An entry of a `providers` argument.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedProvider {
    /// As the called module knows it.
    pub child: ProviderRef,
    /// As the calling module knows it.
    pub parent: ProviderRef,
}

const ATTRIBUTES: &[AttributeSpec<'_>] = &[
    required("source"),
    attribute("version"),
    attribute("count"),
    attribute("for_each"),
    attribute("depends_on"),
    attribute("providers"),
];

const BLOCKS: &[trueup_syntax::body::BlockSpec<'_>] = &[
    block("_", &[]),
    block("lifecycle", &[]),
    block("locals", &[]),
    block("provider", &["type"]),
];

const SCHEMA: BodySchema<'_> = BodySchema {
    attributes: ATTRIBUTES,
    blocks: BLOCKS,
};

const OVERRIDE: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("source"),
        attribute("version"),
        attribute("count"),
        attribute("for_each"),
        attribute("depends_on"),
        attribute("providers"),
    ],
    blocks: BLOCKS,
};

impl Decoder<'_> {
    /// A `module` block.
    pub(crate) fn module_call(&mut self, item: &BlockItem) -> Option<ModuleCall> {
        let name = item.labels.first()?.clone();
        let schema = if self.overriding { &OVERRIDE } else { &SCHEMA };
        let (content, body) = item.body.partial_content(schema, &mut self.diagnostics);
        self.check_name("Invalid module instance name", &name);
        let mut call = ModuleCall {
            name,
            source: None,
            source_span: None,
            version: None,
            body,
            count: content.attribute("count").cloned(),
            for_each: content.attribute("for_each").cloned(),
            depends_on: Vec::new(),
            depends_on_set: false,
            providers: Vec::new(),
            span: item.header,
        };
        if let Some(attribute) = content.attribute("version") {
            call.version = self.version_requirement(attribute);
        }
        if let Some(attribute) = content.attribute("source") {
            call.source_span = Some(attribute.expr.span);
            call.source = self.module_source(attribute, content.attribute("version").is_some());
        }
        if let (Some(_), Some(for_each)) = (&call.count, &call.for_each) {
            self.count_and_for_each(&for_each.clone());
        }
        if let Some(attribute) = content.attribute("depends_on") {
            call.depends_on = self.depends_on(attribute);
            call.depends_on_set = true;
        }
        if let Some(attribute) = content.attribute("providers") {
            call.providers = self.passed_providers(&attribute.expr);
        }
        let mut escape = None;
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "_" => self.escape(
                    &mut escape,
                    &mut call.body,
                    inner,
                    "module input variables",
                    "module",
                ),
                _ => self.reserved_block(inner, "module"),
            }
        }
        Some(call)
    }

    fn module_source(&mut self, attribute: &Attribute, versioned: bool) -> Option<ModuleSource> {
        let text = self.constant_string(&attribute.expr)?;
        match ModuleSource::parse(&text, versioned) {
            Ok(source) => Some(source),
            Err(error) => {
                self.source_error(error, attribute.expr.span);
                None
            }
        }
    }

    fn source_error(&mut self, error: SourceError, span: Span) {
        self.error(error.summary, error.detail, span);
    }

    fn passed_providers(&mut self, expr: &Expr) -> Vec<PassedProvider> {
        let ExprKind::Object(items) = &expr.kind else {
            self.error(
                "Invalid expression",
                "A static map expression is required.",
                start_span(expr),
            );
            return Vec::new();
        };
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut passed = Vec::new();
        for (key, value) in items {
            let child = self.provider_ref(&key.expr, "providers");
            let parent = self.provider_ref(value, "providers");
            let (Some(child), Some(parent)) = (child, parent) else {
                continue;
            };
            if let Some(first) = seen.get(&child.key()) {
                let place = self.place(*first);
                self.error(
                    "Duplicate provider address",
                    format!(
                        "A provider configuration was already passed to {child} at {place}. Each child provider configuration can be assigned only once."
                    ),
                    value.span,
                );
                continue;
            }
            seen.insert(child.key(), key.expr.span.to(value.span));
            passed.push(PassedProvider { child, parent });
        }
        passed
    }
}
