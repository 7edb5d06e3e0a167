//! The flow of values through what prints them: each leaf keeps its own.

use std::cmp::Ordering;
use std::ops::Range;

use crate::value::{Labels, Step, TracedText};
use crate::yaml::compare_keys;
use crate::{Kind, Str, Value};

/// How a printer sorts the keys of a map.
pub(super) type KeyOrder = fn(&str, &str) -> Ordering;

pub(super) fn yaml_order(left: &str, right: &str) -> Ordering {
    compare_keys(left, right)
}

pub(super) fn json_order(left: &str, right: &str) -> Ordering {
    left.cmp(right)
}

/// `text` with the labels of each leaf of `value` on the range that was printed for it; on the
/// whole text if the two don't fit together.
pub(super) fn label(
    text: String,
    value: &Value,
    order: KeyOrder,
    ranges: &[Range<usize>],
) -> Value {
    let whole = value.deep_labels();
    if whole.is_empty() {
        return text.into();
    }
    let mut leaves = Vec::new();
    gather(value, &Labels::NONE, order, &mut leaves, 0);
    if leaves.len() != ranges.len() {
        return Value::from(text).with_labels(&whole);
    }
    let bytes = text.as_bytes();
    let mut traced = TracedText::new();
    let mut done = 0;
    for (range, labels) in ranges.iter().zip(&leaves) {
        traced.push(bytes.get(done..range.start).unwrap_or_default());
        traced.push_labelled(bytes.get(range.clone()).unwrap_or_default(), labels);
        done = range.end.max(done);
    }
    traced.push(bytes.get(done..).unwrap_or_default());
    traced.finish()
}

/// The labels of the leaves in the order they are printed; those of a map or list hold for all
/// in it.
fn gather(value: &Value, above: &Labels, order: KeyOrder, into: &mut Vec<Labels>, depth: usize) {
    let mut labels = above.clone();
    labels.extend(&value.labels());
    match value.kind() {
        // Deeper ones are refused before they are printed.
        _ if depth > 1_000 => {}
        Kind::List(list) if !list.is_empty() && list.as_bytes().is_none() => {
            for item in list.items() {
                gather(item, &labels, order, into, depth + 1);
            }
        }
        Kind::Map(map) if !map.is_empty() => {
            let mut entries: Vec<(Str, Value)> = map.entries();
            entries.sort_by(|(left, _), (right, _)| order(&left.to_str(), &right.to_str()));
            for (_, value) in entries {
                gather(&value, &labels, order, into, depth + 1);
            }
        }
        Kind::Object(_) => into.push(labels),
        _ => {
            labels.extend(&value.deep_labels());
            into.push(labels);
        }
    }
}

/// Where the leaves of a JSON text are: scalars, and empty objects and arrays.
pub(super) fn json_leaves(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                if bytes.get(blanks(bytes, at)) != Some(&b':') {
                    found.push(start..at);
                }
            }
            b'{' | b'[' => {
                at += 1;
                let skipped = blanks(bytes, at);
                if matches!(bytes.get(skipped), Some(b'}' | b']')) {
                    at = skipped + 1;
                    found.push(start..at);
                }
            }
            b'}' | b']' | b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| {
                    matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace()
                });
                at += length.unwrap_or(rest.len());
                found.push(start..at);
            }
        }
    }
    found
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Labels on the leaves of what was read from a text: those of the bytes each was read from.
pub(super) fn label_leaves(
    value: Value,
    source: &Value,
    leaves: &[(Vec<Step>, Range<usize>)],
) -> Value {
    let Some(flow) = source.flow() else {
        return value;
    };
    for (path, range) in leaves {
        let mut labels = Labels::NONE;
        for span in flow
            .spans
            .iter()
            .filter(|span| span.start < range.end && range.start < span.end)
        {
            labels.extend(&span.labels);
        }
        if labels.is_empty() {
            continue;
        }
        if !label_at(&value, path, &labels) {
            return value.with_labels(&source.deep_labels());
        }
    }
    value.with_labels(&flow.labels)
}

/// Labels the value at `path`; of a list the whole list. False if it isn't there.
fn label_at(value: &Value, path: &[Step], labels: &Labels) -> bool {
    let (Some(map), Some((Step::Key(key), rest))) = (value.as_map(), path.split_first()) else {
        return false;
    };
    let Some(inner) = map.untracked_get(key) else {
        return false;
    };
    if matches!(rest.first(), Some(Step::Key(_))) && inner.as_map().is_some() {
        return label_at(&inner, rest, labels);
    }
    map.insert(key.clone(), inner.with_labels(labels));
    true
}
