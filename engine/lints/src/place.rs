//! Where in the configuration a finding stands.

use trueup_core::{load::Config, plan::Finding};
use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Expr, ExprKind, ObjectKey},
    body::{Body, BodySchema, attribute, block},
};
use trueup_value::{PathStep, Value};

/// A place in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The header of the block.
    pub header: Span,
    /// The attribute or nested block in it, as far as it is written there.
    pub span: Span,
}

/// The block a finding is about, and the attribute in it. None for what is not
/// configured.
pub fn place(finding: &Finding, config: &Config) -> Option<Place> {
    let address = &finding.address.resource;
    let node = config.descendant_for_instance(&address.module)?;
    let module = &config.node(node).module;
    let resource = module.resources.get(&address.resource)?;
    let steps = finding.path.steps();
    Some(Place {
        header: resource.span,
        span: in_body(&resource.body, steps).unwrap_or(resource.span),
    })
}

/// A finding as a diagnostic.
pub fn diagnostic(finding: &Finding, config: &Config) -> Diagnostic {
    let summary = format!("{} [{}]", finding.summary, finding.rule);
    let detail = match &finding.part {
        Some(part) => format!("{part}: {}", finding.detail),
        None => finding.detail.clone(),
    };
    let mut diagnostic = Diagnostic::without_place(finding.severity, summary, detail);
    diagnostic.address = Some(finding.address.to_string());
    diagnostic.subject = place(finding, config).map(|place| place.span);
    diagnostic.values = finding.values.clone();
    diagnostic.hints = finding.hint.iter().cloned().collect();
    diagnostic
}

fn in_body(body: &Body, steps: &[PathStep]) -> Option<Span> {
    let (PathStep::Attr(name), rest) = steps.split_first()? else {
        return None;
    };
    let (attributes, blocks) = ([attribute(name)], [block(name, &[])]);
    let mut ignored = Diagnostics::default();
    let written = BodySchema {
        attributes: &attributes,
        blocks: &[],
    };
    let (content, _) = body.partial_content(&written, &mut ignored);
    if let Some(argument) = content.attribute(name) {
        return Some(match rest.is_empty() {
            true => argument.span,
            false => in_expression(&argument.expr, rest),
        });
    }
    let nested = BodySchema {
        attributes: &[],
        blocks: &blocks,
    };
    let (content, _) = body.partial_content(&nested, &mut ignored);
    let (index, rest) = match rest.split_first() {
        Some((PathStep::Index(key), rest)) => (place_of(key)?, rest),
        _ => (0, rest),
    };
    let block = content.blocks.get(index)?;
    Some(in_body(&block.body, rest).unwrap_or(block.header))
}

/// The innermost expression that the steps lead to.
fn in_expression(expr: &Expr, steps: &[PathStep]) -> Span {
    let Some((step, rest)) = steps.split_first() else {
        return expr.span;
    };
    let inner = match &expr.kind {
        ExprKind::Parens(inner) => return in_expression(inner, steps),
        ExprKind::Tuple(items) => match step {
            PathStep::Index(key) => place_of(key).and_then(|index| items.get(index)),
            PathStep::Attr(_) => None,
        },
        ExprKind::Object(items) => {
            let name = match step {
                PathStep::Attr(name) => Some(name.as_str()),
                PathStep::Index(key) => key.as_str(),
            };
            let mut items = items.iter();
            let found = items.find(|(key, _)| name.is_some() && key_name(key) == name);
            found.map(|(_, value)| value)
        }
        _ => None,
    };
    inner.map_or(expr.span, |inner| in_expression(inner, rest))
}

fn key_name(key: &ObjectKey) -> Option<&str> {
    match &key.expr.kind {
        ExprKind::Traversal(traversal) if traversal.steps.is_empty() => {
            Some(traversal.root.name.as_str())
        }
        ExprKind::Literal(value) => value.as_str(),
        _ => None,
    }
}

fn place_of(key: &Value) -> Option<usize> {
    key.as_number()?.to_string().parse().ok()
}
