//! Ephemeral values where they would have to be stored.

use trueup_sdk::{Attribute, AttributeType, Block, NestedObject};
use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::{Marks, Path, PathStep, Value};

use super::place;
use crate::config::Resource;

/// Reports ephemeral values in arguments that are not write-only, once for
/// each argument or type of block of the resource.
pub(super) fn check(value: &Value, schema: &Block, resource: &Resource) -> Diagnostics {
    if !value.deep_marks().contains(Marks::EPHEMERAL) {
        return Diagnostics::default();
    }
    let mut diagnostics = Diagnostics::default();
    let (_, marked) = value.unmark_deep_with_paths();
    for (path, marks) in &marked {
        if marks.contains(Marks::EPHEMERAL) && !is_write_only(schema, path) {
            report(path, schema, resource, &mut diagnostics);
        }
    }
    diagnostics
}

fn report(path: &Path, schema: &Block, resource: &Resource, diagnostics: &mut Diagnostics) {
    let Some(PathStep::Attr(name)) = path.steps().first() else {
        return;
    };
    let reason = match schema.attributes.contains_key(name.as_str()) {
        true => "it is not a write-only attribute and must be persisted to state",
        false => "it is not an assignable attribute",
    };
    let detail = format!("Ephemeral values are not valid for \"{name}\", because {reason}.");
    if diagnostics.0.last().is_some_and(|d| d.detail == detail) {
        return;
    }
    let span = place::argument(name, &resource.body)
        .or_else(|| resource.body.missing())
        .unwrap_or(resource.span);
    let diagnostic = Diagnostic::error("Invalid use of ephemeral value", detail, span);
    diagnostics.push(match path.steps().len() {
        1 => diagnostic,
        _ => diagnostic.hint(format!("the ephemeral value is at `{}`", shown(path))),
    });
}

fn shown(path: &Path) -> String {
    path.to_string().trim_start_matches('.').to_owned()
}

/// Whether the argument a path leads to, or through, is write-only.
fn is_write_only(schema: &Block, path: &Path) -> bool {
    let mut block = schema;
    let mut names = path.steps().iter().filter_map(|step| match step {
        PathStep::Attr(name) => Some(name.as_str()),
        PathStep::Index(_) => None,
    });
    while let Some(name) = names.next() {
        if let Some(attribute) = block.attributes.get(name) {
            return attribute.write_only || nested_is_write_only(attribute, &mut names);
        }
        match block.blocks.get(name) {
            Some(nested) => block = &nested.block,
            None => return false,
        }
    }
    false
}

fn nested_is_write_only<'n>(
    attribute: &Attribute,
    names: &mut impl Iterator<Item = &'n str>,
) -> bool {
    let mut nested: &NestedObject = match &attribute.ty {
        AttributeType::Nested(nested) => nested,
        AttributeType::Value(_) => return false,
    };
    for name in names {
        match nested.attributes.get(name) {
            Some(attribute) if attribute.write_only => return true,
            Some(Attribute {
                ty: AttributeType::Nested(inner),
                ..
            }) => nested = inner,
            _ => return false,
        }
    }
    false
}
