//! `.tfvars` files.

use std::{
    io,
    path::{Path, PathBuf},
};

use trueup_lang::{Scope, context::Files, evaluate};
use trueup_syntax::{
    Diagnostic, Diagnostics, SourceMap, Span,
    body::{Body, BodySchema, block},
};
use trueup_value::{Str, Value};

use crate::{
    load::{clean, parse_body},
    validate::without_place,
};

/// The files that are read without being named, in order.
pub(super) fn automatic(files: &dyn Files, dir: &Path) -> Vec<PathBuf> {
    let listed = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let names = files.list(listed).unwrap_or_default();
    let mut names: Vec<&str> = names.iter().filter_map(|name| name.to_str()).collect();
    names.sort_unstable();
    let usual = ["terraform.tfvars", "terraform.tfvars.json"].into_iter();
    let usual = usual.filter(|name| names.contains(name));
    let automatic = names.iter().copied();
    let automatic = automatic
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"));
    usual
        .chain(automatic)
        .map(|name| clean(&dir.join(name)))
        .collect()
}

const BLOCKS: BodySchema<'_> = BodySchema {
    attributes: &[],
    blocks: &[block("variable", &["name"])],
};

type Values = Vec<(Str, Value, Span)>;

/// The values a file gives, each with the place of its expression.
pub(super) fn read(
    sources: &mut SourceMap,
    files: &dyn Files,
    path: &Path,
) -> (Values, Diagnostics) {
    let name = path.to_string_lossy();
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let detail = match error.kind() {
                io::ErrorKind::NotFound => format!("Given variables file {name} does not exist."),
                _ => format!("Error while reading {name}: {error}."),
            };
            let diagnostic = without_place("Failed to read variables file", detail);
            return (Vec::new(), Diagnostics(vec![diagnostic]));
        }
    };
    let (id, mut diagnostics) = sources.add_bytes(name.as_ref(), bytes);
    if diagnostics.has_errors() {
        return (Vec::new(), diagnostics);
    }
    let (body, found) = parse_body(sources.file(id));
    diagnostics.extend(found);
    if diagnostics.has_errors() {
        return (Vec::new(), diagnostics);
    }
    let declarations = declarations(&body, &name);
    if declarations.has_errors() {
        diagnostics.extend(declarations);
        return (Vec::new(), diagnostics);
    }
    let mut values = Vec::new();
    for attribute in body.just_attributes(&mut diagnostics) {
        let (value, found) = evaluate(&attribute.expr, &Scope::empty());
        diagnostics.extend(found);
        values.push((attribute.name.name.clone(), value, attribute.expr.span));
    }
    (values, diagnostics)
}

/// `variable` blocks, which belong into another file.
fn declarations(body: &Body, file: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    if body.is_json() {
        return diagnostics;
    }
    let (content, _) = body.partial_content(&BLOCKS, &mut Diagnostics::default());
    for block in &content.blocks {
        let Some(name) = block.labels.first().map(|label| &label.name) else {
            continue;
        };
        diagnostics.push(Diagnostic::error(
            "Variable declaration in .tfvars file",
            format!("A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare new variables. To declare variable \"{name}\", place this block in one of your .tf files, such as variables.tf.\n\nTo set a value for this variable in {file}, use the definition syntax instead:\n    {name} = <value>"),
            block.kind.span,
        ));
    }
    diagnostics
}
