//! Bodies of the native syntax.

use std::sync::Arc;

use trueup_value::quote;

use super::{BlockItem, BlockSpec, BodySchema, Content, Hidden};
use crate::{
    Diagnostic, Diagnostics,
    ast::{self, Attribute},
    suggest::{nearest_hint, similar_name},
};

pub(super) fn attributes(
    body: &ast::Body,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
) -> Vec<Arc<Attribute>> {
    let wanted = |name: &str| schema.attribute(name).is_some() && !hidden.attribute(name);
    let attributes = body.attributes.iter();
    attributes
        .filter(|a| wanted(&a.name.name))
        .cloned()
        .collect()
}

pub(super) fn blocks(
    body: &ast::Body,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<BlockItem> {
    let blocks = body.blocks.iter().filter_map(|block| {
        let kind = &block.kind.name;
        let spec = schema.block(kind).filter(|_| !hidden.block(kind))?;
        labels_match(block, spec, diagnostics).then(|| BlockItem::from(block))
    });
    blocks.collect()
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
    let (found, wanted) = (block.labels.len(), spec.labels.len());
    let names = spec.labels.join(", ");
    let (summary, detail, subject) = if let Some(missing) = spec.labels.get(found) {
        (
            format!("Missing {missing} for {kind}"),
            format!("All {kind} blocks must have {wanted} labels ({names})."),
            block.open,
        )
    } else if let Some(extra) = block.labels.get(wanted) {
        let detail = match wanted {
            0 => format!("No labels are expected for {kind} blocks."),
            _ => format!("Only {wanted} labels ({names}) are expected for {kind} blocks."),
        };
        (format!("Extraneous label for {kind}"), detail, extra.span)
    } else {
        return true;
    };
    let context = block.kind.span.through(block.open);
    diagnostics.push(Diagnostic::error(summary, detail, subject).within(context));
    false
}

pub(super) fn just_attributes(
    body: &ast::Body,
    hidden: &Hidden,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Attribute>> {
    if let Some(block) = body.blocks.first() {
        diagnostics.push(Diagnostic::error(
            format!("Unexpected {} block", quote(&block.kind.name)),
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

pub(super) fn report_unknown(
    body: &ast::Body,
    hidden: &Hidden,
    schema: &BodySchema<'_>,
    content: &Content,
    diagnostics: &mut Diagnostics,
) {
    for attribute in &body.attributes {
        let name = &attribute.name.name;
        if schema.attribute(name).is_none() && !hidden.attribute(name) {
            diagnostics.push(unknown_attribute(attribute, schema, content));
        }
    }
    for block in &body.blocks {
        let kind = &block.kind.name;
        if schema.block(kind).is_none() && !hidden.block(kind) {
            diagnostics.push(unknown_block(block, schema));
        }
    }
}

fn unknown_attribute(
    attribute: &Attribute,
    schema: &BodySchema<'_>,
    content: &Content,
) -> Diagnostic {
    let name = &attribute.name.name;
    let unused = schema.attributes.iter().map(|spec| spec.name);
    let unused = unused.filter(|name| content.attribute(name).is_none());
    let quoted = quote(name);
    let is_block = ["lifecycle", "connection", "provisioner", "dynamic"].contains(&name.as_str());
    let hint = match is_block {
        true => Some(format!("`{name}` is a block: it has no equals sign")),
        false => nearest_hint(name, unused.clone()),
    };
    let suggestion = match similar_name(name, unused) {
        Some(similar) => format!(" Did you mean {}?", quote(similar)),
        None if schema.block(name).is_some() => {
            format!(" Did you mean to define a block of type {quoted}?")
        }
        None => String::new(),
    };
    Diagnostic::error(
        "Unsupported argument",
        format!("An argument named {quoted} is not expected here.{suggestion}"),
        attribute.name.span,
    )
    .hints(hint)
}

fn unknown_block(block: &ast::Block, schema: &BodySchema<'_>) -> Diagnostic {
    let kind = &block.kind.name;
    let quoted = quote(kind);
    let kinds = schema.blocks.iter().map(|spec| spec.kind);
    let hint = nearest_hint(kind, kinds.clone());
    let suggestion = match similar_name(kind, kinds) {
        Some(similar) => format!(" Did you mean {}?", quote(similar)),
        None if schema.attribute(kind).is_some() => format!(
            " Did you mean to define argument {quoted}? If so, use the equals sign to assign it a value."
        ),
        None => String::new(),
    };
    Diagnostic::error(
        "Unsupported block type",
        format!("Blocks of type {quoted} are not expected here.{suggestion}"),
        block.kind.span,
    )
    .hints(hint)
}
