//! What has drifted, field by field.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::ago::ago;
use crate::report::{Culprit, Field, Object, Part};

/// An object that has drifted.
#[derive(Debug)]
pub(crate) struct DriftedObject {
    pub(crate) address: String,
    pub(crate) fate: &'static str,
    pub(crate) fields: Vec<DriftedField>,
    pub(crate) parts: Vec<DriftedPart>,
    pub(crate) culprits: Vec<String>,
    /// Something keeps rewriting it.
    pub(crate) fought: bool,
}

/// A field with what it was and is.
#[derive(Debug)]
pub(crate) struct DriftedField {
    pub(crate) path: String,
    /// Lines that are gone.
    pub(crate) before: Vec<String>,
    /// Lines that are new.
    pub(crate) after: Vec<String>,
    pub(crate) sensitive: bool,
}

/// A part of an object.
#[derive(Debug)]
pub(crate) struct DriftedPart {
    pub(crate) name: String,
    pub(crate) fate: &'static str,
    pub(crate) fields: Vec<DriftedField>,
    pub(crate) notes: Vec<String>,
}

/// How many lines of a value are shown.
const LINES: usize = 40;

/// How many characters of a line.
const WIDTH: usize = 400;

pub(crate) fn object(object: &Object, fought: bool, now: Timestamp) -> DriftedObject {
    DriftedObject {
        address: object.address.clone(),
        fate: object.fate.word(),
        fields: object.fields.iter().map(field).collect(),
        parts: object.parts.iter().map(part).collect(),
        culprits: object
            .changed_by
            .iter()
            .map(|by| culprit(by, now))
            .collect(),
        fought,
    }
}

fn part(part: &Part) -> DriftedPart {
    DriftedPart {
        name: format!("{} {}", part.kind, part.name),
        fate: part.fate.word(),
        fields: part.fields.iter().map(field).collect(),
        notes: part.notes.clone(),
    }
}

fn field(field: &Field) -> DriftedField {
    let (before, after) = match (lines(&field.before), lines(&field.after)) {
        (before, after) if before.len() + after.len() > 4 => without_common(before, after),
        both => both,
    };
    DriftedField {
        path: field.path.to_string(),
        before: short(before),
        after: short(after),
        sensitive: field.sensitive,
    }
}

/// Leaves out the lines at the beginning and the end that are the same.
fn without_common(before: Vec<String>, after: Vec<String>) -> (Vec<String>, Vec<String>) {
    let same = |(a, b): &(&String, &String)| a == b;
    let head = before.iter().zip(&after).take_while(same).count();
    let (a, b) = (&before[head..], &after[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let gap = |there: bool| there.then(|| "…".to_owned()).into_iter();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    (
        gap(head > 0).chain(a.iter().cloned()).collect(),
        b.iter().cloned().chain(gap(tail > 0)).collect(),
    )
}

/// A text that is a document by itself, such as a policy.
fn document(text: &str) -> Option<Json> {
    let document = serde_json::from_str(text.trim()).ok();
    document.filter(|document| !is_simple(document))
}

fn lines(value: &Json) -> Vec<String> {
    let document = value.as_str().and_then(document);
    let value = document.as_ref().unwrap_or(value);
    match value {
        Json::Null => Vec::new(),
        Json::String(text) if text.contains('\n') => text.lines().map(str::to_owned).collect(),
        Json::Array(values) if values.iter().all(is_simple) => vec![value.to_string()],
        Json::Array(_) | Json::Object(_) => {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        }
        simple => vec![simple.to_string()],
    }
}

fn is_simple(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

fn short(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    for line in &mut lines {
        if line.chars().count() > WIDTH {
            *line = line.chars().take(WIDTH).chain(['…']).collect();
        }
    }
    if more > 0 {
        lines.push(format!("… and {more} more lines"));
    }
    lines
}

/// Who did it, with how long ago.
pub(crate) fn culprit(culprit: &Culprit, now: Timestamp) -> String {
    let mut text = culprit.who.clone();
    if let Some(how) = &culprit.how {
        text.push_str(&format!(", {how}"));
    }
    if let Some(when) = &culprit.when {
        match when.parse::<Timestamp>() {
            Ok(moment) => text.push_str(&format!(", {}", ago(moment, now))),
            Err(_) => text.push_str(&format!(", {when}")),
        }
    }
    match culprit.path.is_whole() {
        true => text,
        false => format!("{text} ({})", culprit.path),
    }
}
