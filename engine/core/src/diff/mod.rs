//! The schema-driven difference between what is and what should be.
//!
//! The rules are those every provider for Terraform was written against: what
//! a provider is asked to plan ([`proposed`]), what it may answer
//! ([`check_planned`]), and what applying may lead to ([`check_applied`]).

mod applied;
mod ignore;
mod notation;
mod planned;
mod proposed;
mod replace;
mod sensitive;

pub use applied::check_applied;
pub use ignore::ignore_changes;
pub(crate) use ignore::steps_path;
pub use planned::check_planned;
pub use proposed::proposed;
pub use replace::{ReplaceError, replace_paths, value_at};
pub use sensitive::mark_sensitive;

use trueup_value::{Str, Type, Value};

/// An attribute of an object; null where the object has none.
fn attribute(object: Option<&Value>, name: &str) -> Value {
    let found = object.and_then(|object| object.get(name)).cloned();
    found.unwrap_or_else(|| Value::null(Type::Dynamic))
}

/// Elements of a list, set or tuple in order.
fn sequence(value: &Value) -> Vec<Value> {
    value.values().cloned().collect()
}

/// Entries of a map or object.
fn entries(value: &Value) -> Vec<(Str, Value)> {
    let named = value.elements();
    named
        .filter_map(|(key, value)| Some((Str::new(key.as_str()?), value)))
        .collect()
}

/// A value of the same kind as `like` with other elements.
fn rebuild_sequence(like: &Value, elements: Vec<Value>) -> Value {
    match like {
        Value::List(list) => Value::list(list.element_type().clone(), elements),
        Value::Set(set) => Value::set(set.element_type().clone(), elements),
        _ => Value::tuple(elements),
    }
}

/// A value of the same kind as `like` with other entries.
fn rebuild_entries(like: &Value, entries: Vec<(Str, Value)>) -> Value {
    match like {
        Value::Map(map) => Value::map(map.element_type().clone(), entries),
        _ => Value::object(entries),
    }
}
