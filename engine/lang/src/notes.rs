//! What the variables of an expression were when it failed.

use trueup_syntax::{
    Note,
    ast::{Expr, StepKind, Traversal},
};
use trueup_value::{Marks, NumberFormat, Type, Unknown, Value, quote};

use crate::{eval::traverse, references::references, scope::Scope};

/// What an error is about. Values that have nothing to do with it are not
/// mentioned, lest they be taken for its cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// That a value is not known yet.
    pub unknown: bool,
    /// That a value is sensitive.
    pub sensitive: bool,
    /// That a value is ephemeral.
    pub ephemeral: bool,
}

/// What the variables `expr` refers to were in `scope`, sorted, as Terraform
/// writes it below an error. Sensitive and ephemeral values are never shown.
pub fn notes(expr: &Expr, scope: &Scope<'_>, cause: Cause) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for traversal in references(expr) {
        if let Some(note) = note(traversal, scope, cause)
            && !notes.iter().any(|n| n.traversal == note.traversal)
        {
            notes.push(note);
        }
    }
    notes.sort_by(|a, b| a.traversal.cmp(&b.traversal));
    notes
}

/// A note on the longest part of `traversal` that leads somewhere, more than
/// its root.
fn note(traversal: &Traversal, scope: &Scope<'_>, cause: Cause) -> Option<Note> {
    let mut lengths = (1..=traversal.steps.len()).rev();
    let (steps, value) = lengths.find_map(|steps| {
        let value = traverse(traversal, steps, scope).ok()?;
        Some((steps, value))
    })?;
    Some(Note {
        statement: statement(&value, cause)?,
        traversal: written(traversal, steps),
    })
}

fn statement(value: &Value, cause: Cause) -> Option<String> {
    let (bare, marks) = value.unmarked();
    let sensitive = marks.contains(Marks::SENSITIVE);
    let ephemeral = marks.contains(Marks::EPHEMERAL);
    let hidden = match (sensitive, ephemeral) {
        (true, true) => "has an ephemeral, sensitive value",
        (true, false) => "has a sensitive value",
        (false, true) => "has an ephemeral value",
        (false, false) => {
            return match bare {
                Value::Unknown(unknown) => unknown_statement(unknown, cause),
                known => Some(format!("is {}", summary(known))),
            };
        }
    };
    // What is hidden is named only where it is the cause.
    let told = sensitive <= cause.sensitive && ephemeral <= cause.ephemeral;
    told.then(|| hidden.to_owned())
}

fn unknown_statement(unknown: &Unknown, cause: Cause) -> Option<String> {
    let ty = unknown.ty();
    if *ty == Type::Dynamic {
        return cause
            .unknown
            .then(|| "will be known only after apply".to_owned());
    }
    if !cause.unknown {
        return Some(format!("is a {ty}"));
    }
    let size = match ty.element() {
        Some(_) => size(unknown),
        None => String::new(),
    };
    Some(format!("is a {ty}{size}, known only after apply"))
}

/// How many elements an unknown collection will have, if that says anything.
fn size(unknown: &Unknown) -> String {
    const MANY: u64 = 1024;
    let refinement = unknown.refinement();
    let fewest = refinement.and_then(|known| known.min_length).unwrap_or(0);
    let most = refinement.and_then(|known| known.max_length);
    match most {
        Some(most) if most == fewest => format!(" of length {most}"),
        Some(most) if fewest != 0 && most <= MANY => {
            format!(" with between {fewest} and {most} elements")
        }
        _ if fewest != 0 => format!(" with at least {fewest} elements"),
        Some(most) if most <= MANY => format!(" with up to {most} elements"),
        _ => String::new(),
    }
}

/// The longest text that is cited below an error, in bytes.
const LONGEST: usize = 10_000;

/// A known value in one short line: all of a primitive one, of others the
/// type and size.
pub fn summary(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.format(NumberFormat::General, Some(10)),
        Value::String(text) if text.len() > LONGEST => {
            format!("a string of {} bytes", text.len())
        }
        Value::String(text) => quote(text),
        Value::Object(object) => match object.attributes() {
            [] => "object with no attributes".to_owned(),
            [(name, _)] => format!("object with 1 attribute {}", quote(name)),
            attributes => format!("object with {} attributes", attributes.len()),
        },
        value => {
            let ty = value.ty();
            match value.length() {
                Some(0) => format!("empty {ty}"),
                Some(1) => format!("{ty} with 1 element"),
                Some(length) => format!("{ty} with {length} elements"),
                None => ty.to_string(),
            }
        }
    }
}

/// The root and the first `steps` steps as people write them.
fn written(traversal: &Traversal, steps: usize) -> String {
    let mut text = traversal.root.name.to_string();
    for step in traversal.steps.iter().take(steps) {
        match &step.kind {
            StepKind::Attr(name) => {
                text.push('.');
                text.push_str(name);
            }
            StepKind::Index(key) => {
                text.push('[');
                text.push_str(&summary(key));
                text.push(']');
            }
        }
    }
    text
}
