//! The collections and structures a value can be.
//!
//! Their fields are private so that the invariants hold: elements of a list,
//! set or map have its element type, maps and objects are sorted by key.

use std::sync::Arc;

use crate::{Str, Type, Value};

/// A known list.
#[derive(Clone, Debug, PartialEq)]
pub struct List(Arc<(Type, Vec<Value>)>);

/// A known set, in the language's iteration order.
#[derive(Clone, Debug, PartialEq)]
pub struct Set(Arc<(Type, Vec<Value>)>);

/// A known map, sorted by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Map(Arc<(Type, Vec<(Str, Value)>)>);

/// A tuple.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuple(Arc<[Value]>);

/// An object, sorted by attribute name.
#[derive(Clone, Debug, PartialEq)]
pub struct Object(Arc<[(Str, Value)]>);

impl List {
    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    /// The elements in order.
    pub fn elements(&self) -> &[Value] {
        &self.0.1
    }
}

impl Set {
    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    /// The distinct elements in iteration order.
    pub fn elements(&self) -> &[Value] {
        &self.0.1
    }
}

impl Map {
    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    /// Keys and elements, sorted by key.
    pub fn entries(&self) -> &[(Str, Value)] {
        &self.0.1
    }
}

impl Tuple {
    /// The elements in order.
    pub fn elements(&self) -> &[Value] {
        &self.0
    }
}

impl Object {
    /// Names and attributes, sorted by name.
    pub fn attributes(&self) -> &[(Str, Value)] {
        &self.0
    }
}
