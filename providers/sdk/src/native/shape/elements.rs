//! The objects in a nested attribute or block, and which of them belong
//! together.

use trueup_value::{PathStep, Value};

use crate::{NestingMode, native::Fields};

/// The value of a nested attribute or block, or of none.
#[derive(Clone, Copy)]
pub(super) struct Gathered<'a> {
    pub(super) nesting: NestingMode,
    pub(super) value: &'a Value,
}

impl Gathered<'_> {
    /// The objects with the steps to them; no step to a single one.
    pub(super) fn objects(self) -> Vec<(Option<PathStep>, Fields)> {
        let single = matches!(self.nesting, NestingMode::Single | NestingMode::Group);
        match (self.value, single) {
            (Value::Object(_), true) => vec![(None, Fields::of(self.value))],
            (_, true) => Vec::new(),
            (_, false) => {
                let elements = self.value.elements();
                elements
                    .map(|(key, element)| (Some(PathStep::Index(key)), Fields::of(&element)))
                    .collect()
            }
        }
    }

    /// The one that `object` is about, which stands at `place`, and behind
    /// `step`, in a value of its own; of a set the first that has all `object`
    /// has.
    pub(super) fn counterpart(
        self,
        place: usize,
        step: Option<&PathStep>,
        object: &Fields,
    ) -> Option<Fields> {
        let found = match (self.nesting, step) {
            (NestingMode::Single | NestingMode::Group, _) => Some(self.value),
            (NestingMode::Map, Some(PathStep::Index(key))) => self.value.get(key.as_str()?),
            (NestingMode::Set, _) => {
                let near = self.value.values().skip(place).take(1);
                let mut all = near.chain(self.value.values());
                all.find(|candidate| Fields::of(candidate).agrees(object))
            }
            _ => self.value.values().nth(place),
        };
        let found = found.filter(|value| matches!(value, Value::Object(_)));
        found.map(Fields::of)
    }

    /// The same value with other objects in the same places.
    pub(super) fn with(self, objects: Vec<Fields>) -> Value {
        let mut objects = objects.into_iter().map(Fields::into_value);
        match self.value {
            Value::List(list) => Value::list(list.element_type().clone(), objects.collect()),
            Value::Set(set) => Value::set(set.element_type().clone(), objects.collect()),
            Value::Tuple(_) => Value::tuple(objects.collect()),
            Value::Map(map) => {
                let keys = map.entries().iter().map(|(key, _)| key.clone());
                Value::map(map.element_type().clone(), keys.zip(objects))
            }
            Value::Object(object) if self.nesting == NestingMode::Map => {
                let keys = object.attributes().iter().map(|(key, _)| key.clone());
                Value::object(keys.zip(objects))
            }
            other => objects.next().unwrap_or_else(|| other.clone()),
        }
    }
}
