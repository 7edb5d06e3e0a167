//! The collections and structures a value can be.
//!
//! Their fields are private so that the invariants hold: elements of a list,
//! set or map have its element type, maps and objects are sorted by key.

use std::sync::Arc;

use crate::{ObjectType, Str, Type, Unknown, Value, set_order};

/// A known list.
#[derive(Clone, PartialEq)]
pub struct List(Arc<(Arc<Type>, Vec<Value>)>);

/// A known set, in the language's iteration order.
#[derive(Clone, PartialEq)]
pub struct Set(Arc<(Arc<Type>, Vec<Value>)>);

/// A known map, sorted by key.
#[derive(Clone, PartialEq)]
pub struct Map(Arc<(Arc<Type>, Vec<Entry>)>);

type Entry = (Str, Value);

/// A tuple.
#[derive(Clone, PartialEq)]
pub struct Tuple(Arc<[Value]>);

/// An object, sorted by attribute name.
#[derive(Clone, PartialEq)]
pub struct Object(Arc<[(Str, Value)]>);

impl List {
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A list of `elements`, which must have type `element` or no type yet.
    pub fn new(element: impl Into<Arc<Type>>, mut elements: Vec<Value>) -> List {
        let element = element.into();
        elements.iter_mut().for_each(|value| adopt(value, &element));
        List(Arc::new((element, elements)))
    }

    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    pub(crate) fn shared_type(&self) -> Arc<Type> {
        Arc::clone(&self.0.0)
    }

    /// The elements in order.
    pub fn elements(&self) -> &[Value] {
        &self.0.1
    }
}

impl Set {
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// The distinct values of `elements`, which must be free of marks and
    /// have type `element` or no type yet.
    pub fn new(element: impl Into<Arc<Type>>, mut elements: Vec<Value>) -> Set {
        let element = element.into();
        elements.iter_mut().for_each(|value| adopt(value, &element));
        let elements = set_order::distinct(elements);
        Set(Arc::new((element, elements)))
    }

    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    pub(crate) fn shared_type(&self) -> Arc<Type> {
        Arc::clone(&self.0.0)
    }

    /// The distinct elements in iteration order.
    pub fn elements(&self) -> &[Value] {
        &self.0.1
    }

    /// Whether a known `element` is certainly in it.
    pub fn contains(&self, element: &Value) -> bool {
        set_order::contains(self.elements(), element)
    }
}

impl Map {
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A map; of a key given twice the last entry counts.
    pub fn new(element: impl Into<Arc<Type>>, entries: Vec<(Str, Value)>) -> Map {
        let element = element.into();
        let mut entries = sorted(entries);
        entries
            .iter_mut()
            .for_each(|(_, value)| adopt(value, &element));
        Map(Arc::new((element, entries)))
    }

    /// The type of every element.
    pub fn element_type(&self) -> &Type {
        &self.0.0
    }

    pub(crate) fn shared_type(&self) -> Arc<Type> {
        Arc::clone(&self.0.0)
    }

    /// Keys and elements, sorted by key.
    pub fn entries(&self) -> &[(Str, Value)] {
        &self.0.1
    }

    /// The element with this key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        find(self.entries(), key)
    }
}

impl Tuple {
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A tuple of `elements`.
    pub fn new(elements: Vec<Value>) -> Tuple {
        Tuple(elements.into())
    }

    /// The elements in order.
    pub fn elements(&self) -> &[Value] {
        &self.0
    }
}

impl Object {
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// An object; of a name given twice the last attribute counts.
    pub fn new(attributes: Vec<(Str, Value)>) -> Object {
        Object(sorted(attributes).into())
    }

    /// Names and attributes, sorted by name.
    pub fn attributes(&self) -> &[(Str, Value)] {
        &self.0
    }

    /// The attribute of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        find(self.attributes(), name)
    }

    /// Its type.
    pub fn object_type(&self) -> ObjectType {
        let attributes = self.attributes().iter();
        ObjectType::from_sorted(attributes.map(|(name, value)| (name.clone(), value.ty())))
    }
}

fn find<'a>(entries: &'a [(Str, Value)], key: &str) -> Option<&'a Value> {
    let index = entries.binary_search_by(|(k, _)| k.as_str().cmp(key));
    entries.get(index.ok()?).map(|(_, value)| value)
}

/// Sorts by key; of equal keys the last entry stays.
fn sorted(mut entries: Vec<(Str, Value)>) -> Vec<(Str, Value)> {
    if entries.is_sorted_by(|a, b| a.0 < b.0) {
        return entries;
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    entries
}

/// Gives a null or unknown value without type the type of its collection.
fn adopt(value: &mut Value, ty: &Type) {
    if *ty == Type::Dynamic || !value.is_type_dynamic() {
        return;
    }
    let (inner, marks) = value.unmarked();
    let adopted = match inner {
        Value::Null(_) => Value::Null(ty.clone()),
        _ => Value::Unknown(Unknown::new(ty.clone())),
    };
    *value = adopted.with_marks(marks);
}
