//! Going through the elements of a value.

use std::slice;

use crate::{Number, Str, Value};

/// The elements of a value with their keys; see [`Value::elements`].
#[derive(Clone)]
pub struct Elements<'a>(Inner<'a>);

#[derive(Clone)]
enum Inner<'a> {
    Sequence(std::iter::Enumerate<slice::Iter<'a, Value>>),
    Set(slice::Iter<'a, Value>),
    Named(slice::Iter<'a, (Str, Value)>),
}

/// The elements of a value; see [`Value::values`].
#[derive(Clone)]
pub struct Values<'a>(Elements<'a>);

impl Value {
    /// Keys and elements in iteration order: indices of a list or tuple, keys
    /// of a map, names of an object; the elements of a set are their own keys.
    /// Nothing for any other value, among them unknown and marked ones.
    pub fn elements(&self) -> Elements<'_> {
        Elements(match self {
            Value::List(list) => Inner::Sequence(list.elements().iter().enumerate()),
            Value::Tuple(tuple) => Inner::Sequence(tuple.elements().iter().enumerate()),
            Value::Set(set) => Inner::Set(set.elements().iter()),
            Value::Map(map) => Inner::Named(map.entries().iter()),
            Value::Object(object) => Inner::Named(object.attributes().iter()),
            _ => Inner::Set([].iter()),
        })
    }

    /// The same without the keys, and without cloning.
    pub fn values(&self) -> Values<'_> {
        Values(self.elements())
    }
}

impl Iterator for Elements<'_> {
    type Item = (Value, Value);

    fn next(&mut self) -> Option<(Value, Value)> {
        match &mut self.0 {
            Inner::Sequence(iter) => iter
                .next()
                .map(|(index, value)| (Value::Number(Number::from(index)), value.clone())),
            Inner::Set(iter) => iter.next().map(|value| (value.clone(), value.clone())),
            Inner::Named(iter) => iter
                .next()
                .map(|(key, value)| (Value::String(key.clone()), value.clone())),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Inner::Sequence(iter) => iter.size_hint(),
            Inner::Set(iter) => iter.size_hint(),
            Inner::Named(iter) => iter.size_hint(),
        }
    }
}

impl ExactSizeIterator for Elements<'_> {}

impl<'a> Iterator for Values<'a> {
    type Item = &'a Value;

    fn next(&mut self) -> Option<&'a Value> {
        match &mut self.0.0 {
            Inner::Sequence(iter) => iter.next().map(|(_, value)| value),
            Inner::Set(iter) => iter.next(),
            Inner::Named(iter) => iter.next().map(|(_, value)| value),
        }
    }

    // Without walking there.
    fn nth(&mut self, n: usize) -> Option<&'a Value> {
        match &mut self.0.0 {
            Inner::Sequence(iter) => iter.nth(n).map(|(_, value)| value),
            Inner::Set(iter) => iter.nth(n),
            Inner::Named(iter) => iter.nth(n).map(|(_, value)| value),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Values<'_> {}
