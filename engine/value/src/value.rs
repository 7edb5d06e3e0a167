//! Values.

use std::sync::Arc;

use crate::{List, Map, Marks, Number, Object, Set, Str, Tuple, Type, Unknown};

/// A value of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The absence of a value, of a certain type.
    Null(Type),
    /// Not known yet.
    Unknown(Unknown),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Str),
    /// A list.
    List(List),
    /// A set.
    Set(Set),
    /// A map.
    Map(Map),
    /// A tuple.
    Tuple(Tuple),
    /// An object.
    Object(Object),
    /// A value with marks; never nested directly in itself.
    Marked(Arc<(Marks, Value)>),
}
