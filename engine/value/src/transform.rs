//! Rebuilding values from changed elements.

use crate::{List, Map, Marks, Number, Object, Path, PathStep, Set, Str, Value};

impl Value {
    /// Itself with every element replaced by what `change` makes of it; the
    /// element's step is computed when asked for. Marks of the top level
    /// stay; elements of lists and maps must keep their type.
    pub fn map_values(
        &self,
        change: &mut dyn FnMut(&dyn Fn() -> PathStep, &Value) -> Value,
    ) -> Value {
        match self {
            Value::List(list) => {
                let elements = sequence(list.elements(), change);
                Value::List(List::new(list.shared_type(), elements))
            }
            Value::Tuple(tuple) => Value::tuple(sequence(tuple.elements(), change)),
            Value::Set(set) => {
                let elements = set.elements().iter();
                let elements: Vec<Value> = elements
                    .map(|value| change(&|| PathStep::Index(value.clone()), value))
                    .collect();
                set_of(set, elements)
            }
            Value::Map(map) => {
                let entries = named(map.entries(), change, |key| {
                    PathStep::Index(Value::String(key.clone()))
                });
                Value::Map(Map::new(map.shared_type(), entries))
            }
            Value::Object(object) => {
                let attributes = named(object.attributes(), change, |name| {
                    PathStep::Attr(name.clone())
                });
                Value::Object(Object::new(attributes))
            }
            Value::Marked(marked) => marked.1.map_values(change).with_marks(marked.0),
            other => other.clone(),
        }
    }

    /// Calls `visit` with the value and everything in it, outer values first;
    /// where it returns false, what is in the value is skipped. Values are
    /// passed with their marks.
    pub fn walk(&self, visit: &mut dyn FnMut(&Path, &Value) -> bool) {
        self.walk_at(&mut Path::new(), visit);
    }

    fn walk_at(&self, path: &mut Path, visit: &mut dyn FnMut(&Path, &Value) -> bool) {
        if !visit(path, self) {
            return;
        }
        let inner = self.peel();
        let named = matches!(inner, Value::Object(_));
        for (key, value) in inner.elements() {
            path.push(match key {
                Value::String(name) if named => PathStep::Attr(name),
                key => PathStep::Index(key),
            });
            value.walk_at(path, visit);
            path.pop();
        }
    }
}

fn set_of(set: &Set, elements: Vec<Value>) -> Value {
    let mut marks = Marks::NONE;
    let elements = elements
        .into_iter()
        .map(|value| {
            let (value, found) = value.unmark_deep();
            marks |= found;
            value
        })
        .collect();
    Value::Set(Set::new(set.shared_type(), elements)).with_marks(marks)
}

fn sequence(
    elements: &[Value],
    change: &mut dyn FnMut(&dyn Fn() -> PathStep, &Value) -> Value,
) -> Vec<Value> {
    let step = |index: usize| PathStep::Index(Value::Number(Number::from(index)));
    let elements = elements.iter().enumerate();
    elements
        .map(|(index, value)| change(&|| step(index), value))
        .collect()
}

fn named(
    entries: &[(Str, Value)],
    change: &mut dyn FnMut(&dyn Fn() -> PathStep, &Value) -> Value,
    step: impl Fn(&Str) -> PathStep,
) -> Vec<(Str, Value)> {
    entries
        .iter()
        .map(|(key, value)| (key.clone(), change(&|| step(key), value)))
        .collect()
}
