//! The message that Slack is sent.

use serde_json::{Value as Json, json};

use super::{Change, ChangeKind};
use crate::report::{Fate, Field, Object, Report};

/// How many changes a message lists.
const CHANGES: usize = 20;

/// How many fields of one.
const FIELDS: usize = 8;

/// How many characters of a value.
const VALUE: usize = 60;

pub(super) fn body(stack: &str, changes: &[Change], report: &Report) -> String {
    let mut lines = vec![format!("*{}*", escaped(&title(stack, changes)))];
    for change in changes.iter().take(CHANGES) {
        let mut objects = report.objects().iter();
        let object = objects.find(|object| Some(&object.address) == change.address.as_ref());
        let line = line(change, object);
        lines.push(format!("{} {}", sign(change.kind), escaped(&line)));
        lines.extend(details(change, object));
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

fn line(change: &Change, object: Option<&Object>) -> String {
    let about = change.address.as_deref().unwrap_or("the stack");
    let is_gone = object.is_some_and(|object| object.fate == Fate::Deleted);
    let phrase = match change.kind {
        ChangeKind::Appeared | ChangeKind::Changed if is_gone => "is gone",
        kind => kind.phrase(),
    };
    let detail = match change.detail.as_str() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    format!("{about} {phrase}{detail}")
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
fn details(change: &Change, object: Option<&Object>) -> Vec<String> {
    let mut lines: Vec<String> = change
        .fields
        .iter()
        .take(FIELDS)
        .map(|field| format!("    `{}`{}", escaped(field), became(object, field)))
        .collect();
    if change.fields.len() > FIELDS {
        lines.push(format!(
            "    … and {} more fields",
            change.fields.len() - FIELDS
        ));
    }
    let is_drift = matches!(
        change.kind,
        ChangeKind::Appeared | ChangeKind::Changed | ChangeKind::Fight
    );
    let object = object.filter(|_| is_drift);
    let culprits = object.iter().flat_map(|object| &object.changed_by);
    lines.extend(
        culprits
            .take(FIELDS)
            .map(|by| format!("    by {}", escaped(&by.to_string()))),
    );
    lines
}

/// What became of a field or a part of an object.
fn became(object: Option<&Object>, name: &str) -> String {
    let Some(object) = object else {
        return String::new();
    };
    if let Some(field) = named(&object.fields, name) {
        return values(field);
    }
    let parts = object.parts.iter();
    let found = parts.filter_map(|part| {
        let rest = name.strip_prefix(&format!("{} {}", part.kind, part.name))?;
        match (rest, part.fate) {
            ("", Fate::Deleted) => Some(" is gone".to_owned()),
            ("", Fate::Added) => Some(" was added".to_owned()),
            (rest, _) => named(&part.fields, rest.strip_prefix(' ')?).map(values),
        }
    });
    found.take(1).collect()
}

fn named<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.path.to_string() == name)
}

fn values(field: &Field) -> String {
    match field.sensitive {
        true => ": (sensitive)".to_owned(),
        false => format!(": {} → {}", short(&field.before), short(&field.after)),
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
