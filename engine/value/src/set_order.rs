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

/// An element with what decides its place.
struct Keyed<'a> {
    rank: Rank,
    key: String,
    value: &'a Value,
}

impl<'a> Keyed<'a> {
    fn new(value: &'a Value) -> Keyed<'a> {
        Keyed {
            rank: rank(value),
            key: sort_key(value),
            value,
        }
    }

    fn compare(&self, other: &Keyed<'_>) -> Ordering {
        self.rank
            .cmp(&other.rank)
            .then_with(|| match (self.value, other.value) {
                (Value::String(a), Value::String(b)) => a.cmp(b),
                (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
                (Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
                _ => self.key.as_bytes().cmp(other.key.as_bytes()),
            })
    }
}

/// The distinct elements in iteration order. Unknown elements, and those
/// containing some, equal nothing.
pub(crate) fn distinct(elements: Vec<Value>) -> Vec<Value> {
    let mut keyed: Vec<Keyed<'_>> = elements.iter().map(Keyed::new).collect();
    keyed.sort_by(Keyed::compare);
    let mut kept: Vec<Keyed<'_>> = Vec::with_capacity(keyed.len());
    for candidate in keyed {
        let mut group = kept
            .iter()
            .rev()
            .take_while(|k| k.compare(&candidate).is_eq());
        let repeated = group.any(|k| k.value == candidate.value);
        if !repeated || !candidate.value.is_wholly_known() {
            kept.push(candidate);
        }
    }
    kept.into_iter().map(|k| k.value.clone()).collect()
}

/// Whether a wholly known `element` equals one of the `sorted` ones.
pub(crate) fn contains(sorted: &[Value], element: &Value) -> bool {
    if !element.is_wholly_known() {
        return false;
    }
    let wanted = Keyed::new(element);
    let start = sorted.partition_point(|value| Keyed::new(value).compare(&wanted).is_lt());
    let candidates = sorted.iter().skip(start);
    let mut candidates = candidates.take_while(|value| Keyed::new(value).compare(&wanted).is_eq());
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
