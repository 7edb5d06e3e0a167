//! Values for developers; what is marked stays hidden.

use std::fmt;

use crate::{Marks, Value};

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null(ty) => write!(f, "null({ty})"),
            Value::Unknown(unknown) => match unknown.refinement() {
                None => write!(f, "unknown({})", unknown.ty()),
                Some(refinement) => write!(f, "unknown({}, {refinement:?})", unknown.ty()),
            },
            Value::Bool(value) => value.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::String(text) => fmt::Debug::fmt(text, f),
            Value::List(list) => {
                write!(f, "list({})", list.element_type())?;
                f.debug_list().entries(list.elements()).finish()
            }
            Value::Set(set) => {
                write!(f, "set({})", set.element_type())?;
                f.debug_list().entries(set.elements()).finish()
            }
            Value::Map(map) => {
                write!(f, "map({})", map.element_type())?;
                let entries = map.entries().iter().map(|(key, value)| (key, value));
                f.debug_map().entries(entries).finish()
            }
            Value::Tuple(tuple) => f.debug_list().entries(tuple.elements()).finish(),
            Value::Object(object) => {
                let attributes = object.attributes().iter();
                f.debug_map()
                    .entries(attributes.map(|(name, value)| (name, value)))
                    .finish()
            }
            Value::Marked(marked) if marked.0.contains(Marks::SENSITIVE) => {
                f.write_str("(sensitive)")
            }
            Value::Marked(_) => f.write_str("(ephemeral)"),
        }
    }
}
