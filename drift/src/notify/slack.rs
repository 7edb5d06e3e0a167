//! The message that Slack is sent.

use serde_json::{Value as Json, json};

use super::{Change, ChangeKind};
use crate::report::{Field, Object, Report};

/// How many changes a message lists.
const CHANGES: usize = 20;

/// How many fields of one.
const FIELDS: usize = 8;

/// How many characters of a value.
const VALUE: usize = 60;

pub(super) fn body(stack: &str, changes: &[Change], report: &Report) -> String {
    let mut lines = vec![format!("*{}*", escaped(&title(stack, changes)))];
    for change in changes.iter().take(CHANGES) {
        lines.push(format!("{} {}", sign(change.kind), escaped(&line(change))));
        lines.extend(details(change, report));
    }
    if changes.len() > CHANGES {
        lines.push(format!("… and {} more", changes.len() - CHANGES));
    }
    json!({ "text": lines.join("\n") }).to_string()
}

fn title(stack: &str, changes: &[Change]) -> String {
    let all = |kinds: &[ChangeKind]| changes.iter().all(|change| kinds.contains(&change.kind));
    match changes {
        _ if all(&[ChangeKind::Failing]) => format!("{stack}: cannot be checked"),
        _ if all(&[ChangeKind::Recovered]) => format!("{stack}: can be checked again"),
        _ if all(&[ChangeKind::Resolved]) => format!("{stack}: drift is gone"),
        _ => format!("{stack}: drift"),
    }
}

fn line(change: &Change) -> String {
    let about = change.address.as_deref().unwrap_or("the stack");
    let detail = match change.detail.as_str() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    format!("{about} {}{detail}", change.kind.phrase())
}

fn sign(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Appeared | ChangeKind::Changed => "•",
        ChangeKind::Resolved | ChangeKind::Recovered | ChangeKind::Repaired => "✓",
        ChangeKind::Settled => "✓",
        ChangeKind::Fight => "⟳",
        ChangeKind::Failing | ChangeKind::RepairFailed => "✗",
    }
}

/// The fields a change is about, with their values, and who did it.
fn details(change: &Change, report: &Report) -> Vec<String> {
    let mut objects = report.objects().iter();
    let object = objects.find(|object| Some(&object.address) == change.address.as_ref());
    let mut lines: Vec<String> = change
        .fields
        .iter()
        .take(FIELDS)
        .map(|field| format!("    `{}`{}", escaped(field), values(object, field)))
        .collect();
    if change.fields.len() > FIELDS {
        lines.push(format!(
            "    … and {} more fields",
            change.fields.len() - FIELDS
        ));
    }
    let culprits = object.iter().flat_map(|object| &object.changed_by);
    lines.extend(
        culprits
            .take(FIELDS)
            .map(|by| format!("    by {}", escaped(&by.to_string()))),
    );
    lines
}

fn values(object: Option<&Object>, name: &str) -> String {
    let fields = object.into_iter().flat_map(|object| &object.fields);
    let field = fields
        .into_iter()
        .find(|field| field.path.to_string() == name);
    match field {
        Some(Field {
            sensitive: true, ..
        }) => ": (sensitive)".to_owned(),
        Some(field) => format!(": {} → {}", short(&field.before), short(&field.after)),
        None => String::new(),
    }
}

fn short(value: &Json) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(VALUE).collect();
    let rest = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{rest}", escaped(&cut))
}

/// Slack reads three characters as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
