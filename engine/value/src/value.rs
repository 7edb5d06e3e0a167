//! Values.

use std::sync::Arc;

use crate::{Kind, List, Map, Marks, Number, Object, Set, Str, Tuple, Type, Unknown};

/// A value of the language.
///
/// `==` is identity: same type, same marks, same refinements, an unknown
/// value equal to itself. For the language's `==` see [`crate::ops::equals`].
#[derive(Clone, PartialEq)]
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

/// Constructors.
impl Value {
    /// The absence of a value of type `ty`.
    pub fn null(ty: Type) -> Value {
        Value::Null(ty)
    }

    /// A value of type `ty` that is not known yet.
    pub fn unknown(ty: Type) -> Value {
        Value::Unknown(Unknown::new(ty))
    }

    /// A value of which not even the type is known.
    pub fn dynamic() -> Value {
        Value::unknown(Type::Dynamic)
    }

    /// Text, normalized.
    pub fn string(text: impl Into<Str>) -> Value {
        Value::String(text.into())
    }

    /// A number.
    pub fn number(number: impl Into<Number>) -> Value {
        Value::Number(number.into())
    }

    /// `true` or `false`.
    pub fn bool(value: bool) -> Value {
        Value::Bool(value)
    }

    /// A list whose elements all have type `element`; if that is
    /// [`Type::Dynamic`], the type of the first element that has one.
    pub fn list(element: Type, elements: Vec<Value>) -> Value {
        let element = element_type(element, elements.iter());
        Value::List(List::new(element, elements))
    }

    /// A set of the distinct `elements`, put in order. Marks within them
    /// become marks of the set. For the type see [`Value::list`].
    pub fn set(element: Type, mut elements: Vec<Value>) -> Value {
        let mut marks = Marks::NONE;
        for value in &mut elements {
            if value.contains_marked() {
                let (unmarked, found) = value.unmark_deep();
                marks |= found;
                *value = unmarked;
            }
        }
        let element = element_type(element, elements.iter());
        Value::Set(Set::new(element, elements)).with_marks(marks)
    }

    /// A map; of a key given twice the last entry counts. For the type see
    /// [`Value::list`].
    pub fn map<K: Into<Str>>(
        element: Type,
        entries: impl IntoIterator<Item = (K, Value)>,
    ) -> Value {
        let entries: Vec<(Str, Value)> = entries.into_iter().map(|(k, v)| (k.into(), v)).collect();
        let element = element_type(element, entries.iter().map(|(_, value)| value));
        Value::Map(Map::new(element, entries))
    }

    /// A tuple.
    pub fn tuple(elements: Vec<Value>) -> Value {
        Value::Tuple(Tuple::new(elements))
    }

    /// An object; of a name given twice the last attribute counts.
    pub fn object<K: Into<Str>>(attributes: impl IntoIterator<Item = (K, Value)>) -> Value {
        let attributes = attributes.into_iter().map(|(k, v)| (k.into(), v)).collect();
        Value::Object(Object::new(attributes))
    }

    /// `{}`
    pub fn empty_object() -> Value {
        Value::Object(Object::new(Vec::new()))
    }

    /// `[]`
    pub fn empty_tuple() -> Value {
        Value::tuple(Vec::new())
    }
}

fn element_type<'a>(given: Type, mut elements: impl Iterator<Item = &'a Value>) -> Type {
    if given != Type::Dynamic {
        return given;
    }
    elements
        .find(|value| !value.is_type_dynamic())
        .map_or(Type::Dynamic, Value::ty)
}

/// Accessors. None of them looks through marks unless it says so.
impl Value {
    /// Its type, whatever its marks.
    ///
    /// Of tuples and objects the type is put together on every call; see
    /// [`Value::has_type`] for a cheaper question.
    pub fn ty(&self) -> Type {
        match self {
            Value::Null(ty) => ty.clone(),
            Value::Unknown(unknown) => unknown.ty().clone(),
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::List(list) => Type::List(list.shared_type()),
            Value::Set(set) => Type::Set(set.shared_type()),
            Value::Map(map) => Type::Map(map.shared_type()),
            Value::Tuple(tuple) => Type::tuple(tuple.elements().iter().map(Value::ty)),
            Value::Object(object) => Type::Object(Arc::new(object.object_type())),
            Value::Marked(marked) => marked.1.ty(),
        }
    }

    /// What sort of type it has. Unlike [`Value::ty`], this costs the same for
    /// every value.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Null(ty) => ty.kind(),
            Value::Unknown(unknown) => unknown.ty().kind(),
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) => Kind::Number,
            Value::String(_) => Kind::String,
            Value::List(_) => Kind::List,
            Value::Set(_) => Kind::Set,
            Value::Map(_) => Kind::Map,
            Value::Tuple(_) => Kind::Tuple,
            Value::Object(_) => Kind::Object,
            Value::Marked(marked) => marked.1.kind(),
        }
    }

    /// Whether its type is exactly `ty`, without building its own.
    pub fn has_type(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Value::Marked(marked), _) => marked.1.has_type(ty),
            (Value::Null(own), _) => own == ty,
            (Value::Unknown(unknown), _) => unknown.ty() == ty,
            (Value::Bool(_), Type::Bool)
            | (Value::Number(_), Type::Number)
            | (Value::String(_), Type::String) => true,
            (Value::List(list), Type::List(element)) => list.element_type() == &**element,
            (Value::Set(set), Type::Set(element)) => set.element_type() == &**element,
            (Value::Map(map), Type::Map(element)) => map.element_type() == &**element,
            (Value::Tuple(tuple), Type::Tuple(types)) => {
                let elements = tuple.elements();
                elements.len() == types.len()
                    && elements
                        .iter()
                        .zip(types.iter())
                        .all(|(v, ty)| v.has_type(ty))
            }
            (Value::Object(object), Type::Object(types)) => {
                let (own, types_) = (object.attributes(), types.attributes());
                own.len() == types_.len()
                    && types.optional().is_empty()
                    && own
                        .iter()
                        .zip(types_)
                        .all(|((a, v), (b, ty))| a == b && v.has_type(ty))
            }
            _ => false,
        }
    }

    /// Whether its elements are shared with another value, so that it takes
    /// no memory of its own.
    pub fn is_shared(&self) -> bool {
        match self {
            Value::List(list) => list.is_shared(),
            Value::Set(set) => set.is_shared(),
            Value::Map(map) => map.is_shared(),
            Value::Tuple(tuple) => tuple.is_shared(),
            Value::Object(object) => object.is_shared(),
            Value::Marked(marked) => Arc::strong_count(marked) > 1 || marked.1.is_shared(),
            _ => false,
        }
    }

    /// Whether nothing is known of its type.
    pub fn is_type_dynamic(&self) -> bool {
        match self {
            Value::Null(ty) => *ty == Type::Dynamic,
            Value::Unknown(unknown) => *unknown.ty() == Type::Dynamic,
            Value::Marked(marked) => marked.1.is_type_dynamic(),
            _ => false,
        }
    }

    /// Whether it is null, marked or not.
    pub fn is_null(&self) -> bool {
        matches!(self.peel(), Value::Null(_))
    }

    /// Whether it is known itself, marked or not; its elements may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.peel(), Value::Unknown(_))
    }

    /// Whether it and everything in it is known.
    pub fn is_wholly_known(&self) -> bool {
        match self.peel() {
            Value::Unknown(_) => false,
            other => other.values().all(Value::is_wholly_known),
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// Whether a bool is true.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number of elements or attributes of anything known that has some;
    /// unknown elements of a set count as distinct.
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::List(list) => Some(list.elements().len()),
            Value::Set(set) => Some(set.elements().len()),
            Value::Map(map) => Some(map.entries().len()),
            Value::Tuple(tuple) => Some(tuple.elements().len()),
            Value::Object(object) => Some(object.attributes().len()),
            _ => None,
        }
    }

    /// Attribute `name` of an object, or the element of a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(object) => object.get(name),
            Value::Map(map) => map.get(name),
            _ => None,
        }
    }
}
