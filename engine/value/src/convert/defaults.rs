//! Defaults of optional attributes.

use std::collections::BTreeMap;

use super::{Safety, unify_values};
use crate::{Str, Type, Value};

/// The defaults that `optional(type, default)` gives in a type constraint.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Defaults {
    /// Of the attributes of an object.
    pub values: BTreeMap<Str, Value>,
    /// Of what is in the attributes of an object.
    pub attributes: BTreeMap<Str, Defaults>,
    /// Of what is in the elements of a tuple.
    pub positions: BTreeMap<usize, Defaults>,
    /// Of what is in every element of a list, set or map.
    pub elements: Option<Box<Defaults>>,
}

impl Defaults {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
            && self.attributes.is_empty()
            && self.positions.is_empty()
            && self.elements.is_none()
    }

    /// Puts the defaults in where an attribute is missing or null; to be
    /// called before the conversion to the type. Null and unknown values stay
    /// as they are.
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() || !value.is_known() || value.is_null() {
            return value.clone();
        }
        let (inner, marks) = value.unmarked();
        let applied = match inner {
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => self.apply_sequence(inner),
            Value::Map(_) | Value::Object(_) => self.apply_named(inner),
            other => other.clone(),
        };
        applied.with_marks(marks)
    }

    fn apply_sequence(&self, value: &Value) -> Value {
        let elements = value.values().enumerate();
        let elements: Vec<Value> = elements
            .map(|(index, element)| match self.at_position(index) {
                Some(defaults) => defaults.apply(element),
                None => element.clone(),
            })
            .collect();
        if elements.is_empty() || matches!(value, Value::Tuple(_)) {
            return match value {
                Value::Tuple(_) => Value::tuple(elements),
                other => other.clone(),
            };
        }
        match (unify_values(&elements, Safety::Unsafe), value) {
            (Ok(Some((ty, unified))), Value::Set(_)) => Value::set(ty, unified),
            (Ok(Some((ty, unified))), _) => Value::list(ty, unified),
            _ => Value::tuple(elements),
        }
    }

    fn at_position(&self, index: usize) -> Option<&Defaults> {
        self.positions.get(&index).or(self.elements.as_deref())
    }

    fn apply_named(&self, value: &Value) -> Value {
        let mut entries: BTreeMap<Str, Value> = BTreeMap::new();
        for (key, element) in value.elements() {
            if let Value::String(name) = key {
                let defaults = self.attributes.get(&name).or(self.elements.as_deref());
                let applied = defaults.map_or_else(|| element.clone(), |d| d.apply(&element));
                entries.insert(name, applied);
            }
        }
        for (name, default) in &self.values {
            self.apply_default(&mut entries, name, default);
        }
        let Value::Map(map) = value else {
            return Value::object(entries);
        };
        if entries.is_empty() {
            return Value::map(Type::clone(map.element_type()), entries);
        }
        let values: Vec<Value> = entries.values().cloned().collect();
        match unify_values(&values, Safety::Unsafe) {
            Ok(Some((ty, unified))) => Value::map(ty, entries.into_keys().zip(unified)),
            _ => Value::object(entries),
        }
    }

    fn apply_default(&self, entries: &mut BTreeMap<Str, Value>, name: &Str, default: &Value) {
        match entries.get_mut(name) {
            Some(value) if !value.is_null() => {
                if default.is_not_null() {
                    *value = value.refine_not_null();
                }
            }
            _ => {
                let nested = self.attributes.get(name);
                let default = nested.map_or_else(|| default.clone(), |d| d.apply(default));
                entries.insert(name.clone(), default);
            }
        }
    }
}
