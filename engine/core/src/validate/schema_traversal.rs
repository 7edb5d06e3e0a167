//! Whether the steps after a resource can lead somewhere.

use trueup_sdk::{Block, NestedBlock, NestingMode};
use trueup_syntax::{
    Diagnostic,
    ast::{Step, StepKind},
    suggest::{nearest_hint, similar_name},
};
use trueup_value::{Str, Type, Value};

/// Follows `steps` through a schema, as far as types are known; texts are
/// Terraform's.
pub(super) fn check(schema: &Block, steps: &[Step]) -> Option<Box<Diagnostic>> {
    let (first, after) = steps.split_first()?;
    let name = match step_name(first) {
        Ok(name) => name,
        Err(diagnostic) => return diagnostic,
    };
    if let Some(attribute) = schema.attributes.get(name.as_str()) {
        return check_type(&attribute.implied_type(), after);
    }
    if let Some(nested) = schema.blocks.get(name.as_str()) {
        return check_nested(&name, nested, after);
    }
    let names = schema
        .attributes
        .keys()
        .chain(schema.blocks.keys())
        .map(Str::as_str);
    Some(unsupported(&name, names, first))
}

fn step_name(step: &Step) -> Result<Str, Option<Box<Diagnostic>>> {
    match &step.kind {
        StepKind::Attr(name) => Ok(name.clone()),
        StepKind::Index(Value::String(name)) => Ok(name.clone()),
        StepKind::Index(_) => Err(Some(Box::new(Diagnostic::error(
            "Invalid index operation",
            "Only attribute access is allowed here, using the dot operator.",
            step.span,
        )))),
    }
}

fn unsupported<'n>(
    name: &str,
    names: impl IntoIterator<Item = &'n str> + Clone,
    step: &Step,
) -> Box<Diagnostic> {
    let hint = nearest_hint(name, names.clone());
    let suggestion = match similar_name(name, names) {
        Some(similar) => format!(" Did you mean \"{similar}\"?"),
        None => String::new(),
    };
    let diagnostic = Diagnostic::error(
        "Unsupported attribute",
        format!(
            "This object has no argument, nested block, or exported attribute named \"{name}\".{suggestion}"
        ),
        step.span,
    );
    Box::new(diagnostic.hints(hint))
}

fn check_nested(name: &str, nested: &NestedBlock, steps: &[Step]) -> Option<Box<Diagnostic>> {
    if matches!(nested.nesting, NestingMode::Single | NestingMode::Group) {
        return check(&nested.block, steps);
    }
    let (first, after) = steps.split_first()?;
    match (nested.nesting, &first.kind) {
        (NestingMode::List, StepKind::Attr(_)) => Some(Box::new(Diagnostic::error(
            "Invalid operation",
            format!(
                "Block type \"{name}\" is represented by a list of objects, so it must be indexed using a numeric key, like .{name}[0]."
            ),
            first.span,
        ))),
        (NestingMode::Set, _) => Some(Box::new(Diagnostic::error(
            "Cannot index a set value",
            format!(
                "Block type \"{name}\" is represented by a set of objects, and set elements do not have addressable keys. To find elements matching specific criteria, use a \"for\" expression with an \"if\" clause."
            ),
            first.span,
        ))),
        _ => check(&nested.block, after),
    }
}

/// Follows steps through a type; HCL's texts.
fn check_type(ty: &Type, steps: &[Step]) -> Option<Box<Diagnostic>> {
    let mut value = Value::unknown(ty.clone());
    for step in steps {
        let result = match &step.kind {
            StepKind::Attr(name) => trueup_lang::get_attr(&value, name, step.span),
            StepKind::Index(key) => trueup_lang::index(&value, key, step.span),
        };
        match result {
            Ok(next) => value = next,
            Err(diagnostic) => return Some(diagnostic),
        }
    }
    None
}
