//! The distinct elements of a set and their order.
//!
//! Known strings, numbers and bools are ordered by value, everything else by
//! a textual key; unknown elements follow, null is last.

use std::{cmp::Ordering, fmt::Write};

use crate::{Number, NumberFormat, Value, quote};

/// Where an element goes, before its value is looked at.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Known,
    Unknown,
    Null,
}

/// The distinct elements in iteration order. Unknown elements, and those
/// containing some, equal nothing.
pub(crate) fn distinct(elements: Vec<Value>) -> Vec<Value> {
    let mut keyed: Vec<(Rank, String, Value)> = elements
        .into_iter()
        .map(|value| (rank(&value), sort_key(&value), value))
        .collect();
    keyed.sort_by(compare);
    let mut kept: Vec<(Rank, String, Value)> = Vec::with_capacity(keyed.len());
    for candidate in keyed {
        let known = candidate.0 != Rank::Unknown && candidate.2.is_wholly_known();
        let group = kept
            .iter()
            .rev()
            .take_while(|k| compare(k, &candidate).is_eq());
        if !known || !group.into_iter().any(|k| k.2 == candidate.2) {
            kept.push(candidate);
        }
    }
    kept.into_iter().map(|(_, _, value)| value).collect()
}

/// Whether a wholly known `element` equals one of the `sorted` ones.
pub(crate) fn contains(sorted: &[Value], element: &Value) -> bool {
    if !element.is_wholly_known() {
        return false;
    }
    let wanted = (rank(element), sort_key(element), element.clone());
    let order = |value: &Value| compare(&(rank(value), sort_key(value), value.clone()), &wanted);
    let start = sorted.partition_point(|value| order(value).is_lt());
    let candidates = sorted.iter().skip(start);
    let mut candidates = candidates.take_while(|value| order(value).is_eq());
    candidates.any(|value| value == element)
}

fn rank(value: &Value) -> Rank {
    match value {
        Value::Null(_) => Rank::Null,
        Value::Unknown(_) => Rank::Unknown,
        _ => Rank::Known,
    }
}

/// The key of values that have no order of their own.
fn sort_key(value: &Value) -> String {
    let mut key = String::new();
    if value.length().is_some() {
        push_key(&mut key, value);
    }
    key
}

fn compare(a: &(Rank, String, Value), b: &(Rank, String, Value)) -> Ordering {
    a.0.cmp(&b.0).then_with(|| match (&a.2, &b.2) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
        _ => a.1.as_bytes().cmp(b.1.as_bytes()),
    })
}

/// Numbers that print alike are one, and zeros differ by their sign.
fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    if a.is_zero() && b.is_zero() {
        return b.is_negative().cmp(&a.is_negative());
    }
    a.cmp(b)
}

fn push_key(key: &mut String, value: &Value) {
    match value {
        Value::Unknown(_) => key.push('?'),
        Value::Null(_) => key.push('~'),
        Value::Number(number) => key.push_str(&number.format(NumberFormat::General, Some(10))),
        Value::Bool(true) => key.push('T'),
        Value::Bool(false) => key.push('F'),
        Value::String(text) => key.push_str(&quote(text)),
        Value::List(_) | Value::Set(_) => push_elements(key, value, '[', ']'),
        Value::Tuple(_) | Value::Object(_) => push_elements(key, value, '<', '>'),
        Value::Map(map) => {
            key.push('{');
            for (name, element) in map.entries() {
                // Writing to a string cannot fail.
                let _ = write!(key, "{}:", quote(name));
                push_key(key, element);
                key.push(';');
            }
            key.push('}');
        }
        Value::Marked(marked) => push_key(key, &marked.1),
    }
}

fn push_elements(key: &mut String, value: &Value, open: char, close: char) {
    key.push(open);
    for element in value.values() {
        push_key(key, element);
        key.push(';');
    }
    key.push(close);
}
