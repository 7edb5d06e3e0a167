//! `resource`, `data` and `ephemeral` blocks.

use std::sync::Arc;

use trueup_lang::references;
use trueup_syntax::{
    Diagnostic, Span,
    ast::{Attribute, Expr, Ident, Step, Traversal},
};
use trueup_value::Str;

use super::{
    CheckRule, Connection, Decoder, ProviderRef, Provisioner, When, constant::quoted_text, keyword,
    relative_traversal,
};
use crate::address::{ProviderSource, Resource as Address, ResourceMode, Subject, parse_reference};
use trueup_syntax::body::{BlockItem, Body, BodySchema, Content, attribute, block};

/// A declared resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it is called in its module.
    pub address: Address,
    /// The label that says its type.
    pub kind: Ident,
    /// The label that says its name.
    pub name: Ident,
    /// What the provider's schema is for.
    pub body: Body,
    /// How many there are.
    pub count: Option<Arc<Attribute>>,
    /// One for each of these.
    pub for_each: Option<Arc<Attribute>>,
    /// The `provider` argument.
    pub provider_ref: Option<ProviderRef>,
    /// Whose resource it is; set when the module is put together.
    pub provider: Option<ProviderSource>,
    /// What it waits for besides what it refers to.
    pub depends_on: Vec<Traversal>,
    /// What must hold before it is planned.
    pub preconditions: Vec<CheckRule>,
    /// What must hold afterwards.
    pub postconditions: Vec<CheckRule>,
    /// What only managed resources have.
    pub managed: Option<Managed>,
    /// The `check` block it is in; only that can see it.
    pub check: Option<Str>,
    /// The header of its block.
    pub span: Span,
}

/// What only `resource` blocks have.
#[derive(Clone, Debug, Default)]
pub struct Managed {
    /// How provisioners reach it.
    pub connection: Option<Connection>,
    /// What runs after creating and before destroying it.
    pub provisioners: Vec<Provisioner>,
    /// The `lifecycle` block.
    pub lifecycle: Lifecycle,
}

/// The settings of a `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Its replacement is created first.
    pub create_before_destroy: Option<bool>,
    /// Destroying it is refused.
    pub prevent_destroy: Option<bool>,
    /// Attributes of which later changes are ignored.
    pub ignore_changes: Vec<Vec<Step>>,
    /// All changes are ignored.
    pub ignore_all_changes: bool,
    /// Changes of these replace it.
    pub replace_triggered_by: Vec<Expr>,
}

const MANAGED: BodySchema<'_> = BodySchema {
    attributes: META,
    blocks: &[
        block("locals", &[]),
        block("lifecycle", &[]),
        block("connection", &[]),
        block("provisioner", &["type"]),
        block("_", &[]),
    ],
};

const DATA: BodySchema<'_> = BodySchema {
    attributes: META,
    blocks: &[
        block("lifecycle", &[]),
        block("locals", &[]),
        block("_", &[]),
    ],
};

const META: &[trueup_syntax::body::AttributeSpec<'_>] = &[
    attribute("count"),
    attribute("for_each"),
    attribute("provider"),
    attribute("depends_on"),
];

const LIFECYCLE: BodySchema<'_> = BodySchema {
    attributes: &[
        attribute("create_before_destroy"),
        attribute("prevent_destroy"),
        attribute("ignore_changes"),
        attribute("replace_triggered_by"),
    ],
    blocks: &[block("precondition", &[]), block("postcondition", &[])],
};

impl Resource {
    /// Whether it has pre- or postconditions.
    pub fn has_conditions(&self) -> bool {
        !self.preconditions.is_empty() || !self.postconditions.is_empty()
    }

    /// The local name and alias of the provider configuration it uses.
    pub fn provider_local(&self) -> (&str, Option<&str>) {
        match &self.provider_ref {
            Some(reference) => (
                &reference.name.name,
                reference.alias.as_ref().map(|alias| alias.name.as_str()),
            ),
            None => (self.address.implied_provider(), None),
        }
    }
}

/// What kinds of block are called in messages.
struct Words {
    kind: &'static str,
    name: &'static str,
    block: &'static str,
}

const fn words(mode: ResourceMode) -> Words {
    match mode {
        ResourceMode::Managed => Words {
            kind: "Invalid resource type name",
            name: "Invalid resource name",
            block: "resource",
        },
        ResourceMode::Data => Words {
            kind: "Invalid data source name",
            name: "Invalid data resource name",
            block: "data",
        },
        ResourceMode::Ephemeral => Words {
            kind: "Invalid ephemeral resource type",
            name: "Invalid ephemeral resource name",
            block: "ephemeral",
        },
    }
}

impl Decoder<'_> {
    /// A `resource` block.
    pub(crate) fn resource(&mut self, block: &BlockItem) -> Option<Resource> {
        let (mut resource, content) = self.resource_head(block, ResourceMode::Managed, false)?;
        let mut managed = Managed::default();
        let mut seen = Seen::default();
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "lifecycle" => {
                    if self.first_block(&mut seen.lifecycle, inner, "lifecycle", "resource") {
                        self.lifecycle(&mut resource, Some(&mut managed), inner);
                    }
                }
                "connection" => {
                    if self.first_block(&mut seen.connection, inner, "connection", "resource") {
                        managed.connection = Some(Connection {
                            body: inner.body.clone(),
                            span: inner.header,
                        });
                    }
                }
                "provisioner" => managed.provisioners.extend(self.provisioner(inner)),
                "_" => self.escape(
                    &mut seen.escape,
                    &mut resource.body,
                    inner,
                    "resource-type-specific",
                    "resource",
                ),
                _ => self.reserved_block(inner, "resource"),
            }
        }
        let at_destroy = managed.provisioners.iter().any(|p| p.when == When::Destroy);
        if let Some(connection) = managed.connection.as_ref().filter(|_| at_destroy) {
            self.only_self_references(&connection.body.clone());
        }
        resource.managed = Some(managed);
        Some(resource)
    }

    /// A `data` block; in a `check` block it may not be repeated.
    pub(crate) fn data(&mut self, block: &BlockItem, nested: bool) -> Option<Resource> {
        self.unmanaged(block, ResourceMode::Data, nested)
    }

    /// An `ephemeral` block.
    pub(crate) fn ephemeral(&mut self, block: &BlockItem) -> Option<Resource> {
        self.unmanaged(block, ResourceMode::Ephemeral, false)
    }

    fn unmanaged(
        &mut self,
        block: &BlockItem,
        mode: ResourceMode,
        nested: bool,
    ) -> Option<Resource> {
        let (mut resource, content) = self.resource_head(block, mode, nested)?;
        let name = words(mode).block;
        let mut seen = Seen::default();
        for inner in &content.blocks {
            match inner.kind.name.as_str() {
                "lifecycle" if nested => self.nested_lifecycle(inner),
                "lifecycle" => {
                    if self.first_block(&mut seen.lifecycle, inner, "lifecycle", "resource") {
                        self.lifecycle(&mut resource, None, inner);
                    }
                }
                // Messages about `ephemeral` blocks speak of data blocks.
                "_" => self.escape(
                    &mut seen.escape,
                    &mut resource.body,
                    inner,
                    "resource-type-specific",
                    "data",
                ),
                _ => self.reserved_block(inner, name),
            }
        }
        Some(resource)
    }

    fn nested_lifecycle(&mut self, block: &BlockItem) {
        self.error(
            "Invalid lifecycle block",
            "Nested data blocks do not support \"lifecycle\" blocks as the lifecycle is managed by the containing block.",
            block.header,
        );
    }

    fn resource_head(
        &mut self,
        block: &BlockItem,
        mode: ResourceMode,
        nested: bool,
    ) -> Option<(Resource, Content)> {
        let [kind, name] = block.labels.as_slice() else {
            return None;
        };
        let schema = match mode {
            ResourceMode::Managed => &MANAGED,
            ResourceMode::Data | ResourceMode::Ephemeral => &DATA,
        };
        let (content, body) = block.body.partial_content(schema, &mut self.diagnostics);
        let words = words(mode);
        self.check_name(words.kind, kind);
        self.check_name(words.name, name);
        let count = content.attribute("count").cloned();
        let for_each = content.attribute("for_each").cloned();
        if nested {
            self.nested_repetition(&content);
        } else if let (Some(_), Some(for_each)) = (&count, &for_each) {
            self.count_and_for_each(for_each);
        }
        let resource = Resource {
            address: Address {
                mode,
                kind: kind.name.clone(),
                name: name.name.clone(),
            },
            kind: kind.clone(),
            name: name.clone(),
            body,
            count,
            for_each,
            provider_ref: content
                .attribute("provider")
                .and_then(|attribute| self.provider_ref(&attribute.expr, "provider")),
            provider: None,
            depends_on: content
                .attribute("depends_on")
                .map(|attribute| self.depends_on(attribute))
                .unwrap_or_default(),
            preconditions: Vec::new(),
            postconditions: Vec::new(),
            managed: None,
            check: None,
            span: block.header,
        };
        Some((resource, content))
    }

    fn nested_repetition(&mut self, content: &Content) {
        for name in ["count", "for_each"] {
            if let Some(attribute) = content.attribute(name) {
                self.error(
                    format!("Invalid \"{name}\" attribute"),
                    "The \"count\" and \"for_each\" meta-arguments are not supported within nested data blocks.",
                    attribute.name.span,
                );
            }
        }
    }

    pub(crate) fn count_and_for_each(&mut self, for_each: &Attribute) {
        self.error(
            "Invalid combination of \"count\" and \"for_each\"",
            "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of resources to be created.",
            for_each.name.span,
        );
    }

    /// Whether `block` is the first of its kind; otherwise that is an error.
    pub(crate) fn first_block(
        &mut self,
        seen: &mut Option<Span>,
        block: &BlockItem,
        kind: &str,
        of: &str,
    ) -> bool {
        if let Some(first) = seen {
            let place = self.place(*first);
            self.error(
                format!("Duplicate {kind} block"),
                format!("This {of} already has a {kind} block at {place}."),
                block.header,
            );
            return false;
        }
        *seen = Some(block.header);
        true
    }

    /// A `_` block: its contents belong to the body even where they look like
    /// meta-arguments.
    pub(crate) fn escape(
        &mut self,
        seen: &mut Option<Span>,
        body: &mut Body,
        block: &BlockItem,
        specific: &str,
        of: &str,
    ) {
        if let Some(first) = seen {
            let place = self.place(*first);
            self.error(
                "Duplicate escaping block",
                format!(
                    "The special block type \"_\" can be used to force particular arguments to be interpreted as {specific} rather than as meta-arguments, but each {of} block can have only one such block. The first escaping block was at {place}."
                ),
                block.header,
            );
            return;
        }
        *seen = Some(block.header);
        *body = Body::merged([body.clone(), block.body.clone()]);
    }

    pub(crate) fn reserved_block(&mut self, block: &BlockItem, of: &str) {
        let kind = &block.kind.name;
        self.error(
            format!("Reserved block type name in {of} block"),
            format!(
                "The block type name \"{kind}\" is reserved for use by Terraform in a future version."
            ),
            block.kind.span,
        );
    }

    fn lifecycle(
        &mut self,
        resource: &mut Resource,
        managed: Option<&mut Managed>,
        block: &BlockItem,
    ) {
        let content = block.body.content(&LIFECYCLE, &mut self.diagnostics);
        match managed {
            Some(managed) => self.managed_lifecycle(&mut managed.lifecycle, &content),
            None => self.unmanaged_lifecycle(resource.address.mode, &content),
        }
        for inner in &content.blocks {
            let rule = self.check_rule(inner);
            if rule.condition().is_some() {
                self.check_own_references(&resource.address, inner, &rule);
            }
            match inner.kind.name.as_str() {
                "precondition" => resource.preconditions.push(rule),
                _ => resource.postconditions.push(rule),
            }
        }
    }

    /// A resource cannot be referred to by name in its own conditions.
    fn check_own_references(&mut self, own: &Address, block: &BlockItem, rule: &CheckRule) {
        let kind = block.kind.name.clone();
        for expr in [rule.condition(), rule.error_message()]
            .into_iter()
            .flatten()
        {
            let mut found = references(expr)
                .into_iter()
                .filter_map(|t| parse_reference(t).ok());
            let refers = found.any(|reference| match reference.subject {
                Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
                    address == *own
                }
                _ => false,
            });
            if refers {
                let diagnostic = Diagnostic::error(
                    format!("Invalid reference in {kind}"),
                    format!("Configuration for {own} may not refer to itself."),
                    expr.span,
                );
                self.diagnostics.push(match kind.as_str() {
                    "postcondition" => diagnostic.hint("write `self` for the object itself"),
                    _ => diagnostic,
                });
            }
        }
    }

    fn unmanaged_lifecycle(&mut self, mode: ResourceMode, content: &Content) {
        let (noun, plural) = match mode {
            ResourceMode::Ephemeral => ("ephemeral", "ephemeral"),
            _ => ("data", "data"),
        };
        for attribute in &content.attributes {
            let name = &attribute.name.name;
            self.error(
                format!("Invalid {noun} resource lifecycle argument"),
                format!(
                    "The lifecycle argument \"{name}\" is defined only for managed resources (\"resource\" blocks), and is not valid for {plural} resources."
                ),
                attribute.name.span,
            );
        }
    }

    fn managed_lifecycle(&mut self, lifecycle: &mut Lifecycle, content: &Content) {
        if let Some(attribute) = content.attribute("create_before_destroy") {
            let value = self.constant_bool(&attribute.expr);
            lifecycle.create_before_destroy = Some(value.unwrap_or(false));
        }
        if let Some(attribute) = content.attribute("prevent_destroy") {
            let value = self.constant_bool(&attribute.expr);
            lifecycle.prevent_destroy = Some(value.unwrap_or(false));
        }
        if let Some(attribute) = content.attribute("replace_triggered_by") {
            lifecycle.replace_triggered_by = self.replace_triggers(&attribute.expr);
        }
        if let Some(attribute) = content.attribute("ignore_changes") {
            self.ignore_changes(lifecycle, &attribute.expr);
        }
    }

    fn ignore_changes(&mut self, lifecycle: &mut Lifecycle, expr: &Expr) {
        if keyword(expr).as_deref() == Some("all") {
            lifecycle.ignore_all_changes = true;
            return;
        }
        let mut star = None;
        for item in self.list_items(expr) {
            if quoted_text(item).is_some_and(|(text, _)| text.as_str() == "*") {
                lifecycle.ignore_all_changes = true;
                star = Some(item.span);
                self.error(
                    "Invalid ignore_changes wildcard",
                    "The [\"*\"] form of ignore_changes wildcard is was deprecated and is now invalid. Use \"ignore_changes = all\" to ignore changes to all attributes.",
                    expr.span,
                );
                continue;
            }
            let item = self.unquoted(item, true);
            match relative_traversal(&item) {
                Some(steps) => lifecycle.ignore_changes.push(steps),
                None => self.error(
                    "Invalid expression",
                    "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
                    item.span,
                ),
            }
        }
        if let Some(star) = star.filter(|_| !lifecycle.ignore_changes.is_empty()) {
            self.diagnostics.push(
                Diagnostic::error(
                    "Invalid ignore_changes ruleset",
                    "Cannot mix wildcard string \"*\" with non-wildcard references.",
                    star,
                )
                .within(expr.span),
            );
        }
    }

    /// The expressions of `replace_triggered_by`: resources and attributes of
    /// resources, indexed at most with `each.key` and `count.index`.
    fn replace_triggers(&mut self, expr: &Expr) -> Vec<Expr> {
        let mut triggers = Vec::new();
        for item in self.list_items(expr) {
            let Some(item) = self.reference_in_json(item) else {
                break;
            };
            let errors = self.errors();
            self.check_trigger(&item);
            if self.errors() > errors {
                break;
            }
            triggers.push(item);
        }
        triggers
    }

    fn check_trigger(&mut self, item: &Expr) {
        const SUMMARY: &str = "Invalid replace_triggered_by expression";
        let parsed = references(item).into_iter().map(parse_reference);
        let (good, bad): (Vec<_>, Vec<_>) = parsed.partition(Result::is_ok);
        if !bad.is_empty() {
            let problems = bad.into_iter().filter_map(Result::err);
            problems.for_each(|problem| self.diagnostics.push(*problem));
            return;
        }
        let mut resources = 0;
        for reference in good.into_iter().flatten() {
            let (kind, names) = match &reference.subject {
                Subject::Resource(_) | Subject::ResourceInstance(..) => {
                    resources += 1;
                    continue;
                }
                Subject::Each(name) if name.as_str() == "key" => continue,
                Subject::Each(_) => ("each reference", "Only each.key"),
                Subject::Count(name) if name.as_str() == "index" => continue,
                Subject::Count(_) => ("count reference", "Only count.index"),
                _ => ("reference", "Only resources, count.index, and each.key"),
            };
            self.error(
                format!("Invalid {kind} in replace_triggered_by expression"),
                format!("{names} may be used in replace_triggered_by."),
                item.span,
            );
        }
        let detail = match resources {
            0 => "Missing resource reference in replace_triggered_by expression.",
            1 => return,
            _ => "Multiple resource references in replace_triggered_by expression.",
        };
        self.error(SUMMARY, detail, item.span);
    }
}

#[derive(Default)]
struct Seen {
    lifecycle: Option<Span>,
    connection: Option<Span>,
    escape: Option<Span>,
}
