//! Where in the source a value of a body comes from.

use trueup_syntax::{
    Diagnostics, Span,
    body::{BlockItem, Body, BodySchema, block},
};
use trueup_value::{Path, PathStep, Str, Value};

/// What a diagnostic about `path` points at: the argument if it is there, else
/// the body it would be in.
pub(super) fn of(path: &Path, body: &Body) -> Option<Span> {
    in_body(path.steps(), body).or_else(|| body.missing())
}

/// The expression of an argument.
pub(super) fn argument(name: &Str, body: &Body) -> Option<Span> {
    let attributes = body.just_attributes(&mut Diagnostics::default());
    let attribute = attributes.iter().find(|a| a.name.name == *name)?;
    Some(attribute.expr.span)
}

fn in_body(steps: &[PathStep], body: &Body) -> Option<Span> {
    let (PathStep::Attr(name), rest) = steps.split_first()? else {
        return None;
    };
    if let Some(span) = argument(name, body) {
        return Some(span);
    }
    let kind = [block(name, &[])];
    let schema = BodySchema {
        attributes: &[],
        blocks: &kind,
    };
    let (content, _) = body.partial_content(&schema, &mut Diagnostics::default());
    let (block, rest) = match rest.split_first() {
        Some((PathStep::Index(key), rest)) => (numbered(&content.blocks, key)?, rest),
        _ => (content.blocks.first()?, rest),
    };
    in_body(rest, &block.body).or_else(|| block.body.missing())
}

fn numbered<'a>(blocks: &'a [BlockItem], key: &Value) -> Option<&'a BlockItem> {
    let index = key.as_number()?.to_u64()?;
    blocks.get(usize::try_from(index).ok()?)
}
