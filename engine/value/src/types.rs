//! Types of the language.

use std::sync::Arc;

use crate::Str;

/// A type, or a type constraint when it contains [`Type::Dynamic`] or
/// optional attributes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Any type; as the type of a value: not known yet.
    Dynamic,
    /// `true` or `false`.
    Bool,
    /// A number of up to 512 bits of precision.
    Number,
    /// Unicode text in normalization form C.
    String,
    /// An ordered sequence of values of one type.
    List(Arc<Type>),
    /// Distinct values of one type.
    Set(Arc<Type>),
    /// Values of one type by string key.
    Map(Arc<Type>),
    /// A sequence of fixed length, each element with its own type.
    Tuple(Arc<Vec<Type>>),
    /// Named attributes, each with its own type.
    Object(Arc<ObjectType>),
}

/// What sort of type it is, whatever is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of [`Type`]")]
pub enum Kind {
    Dynamic,
    Bool,
    Number,
    String,
    List,
    Set,
    Map,
    Tuple,
    Object,
}

/// The attributes of an object type, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct ObjectType {
    attributes: Vec<(Str, Type)>,
    optional: Vec<Str>,
}

impl Type {
    /// What sort of type it is.
    pub fn kind(&self) -> Kind {
        match self {
            Type::Dynamic => Kind::Dynamic,
            Type::Bool => Kind::Bool,
            Type::Number => Kind::Number,
            Type::String => Kind::String,
            Type::List(_) => Kind::List,
            Type::Set(_) => Kind::Set,
            Type::Map(_) => Kind::Map,
            Type::Tuple(_) => Kind::Tuple,
            Type::Object(_) => Kind::Object,
        }
    }

    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Type {
        Type::Set(Arc::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Type {
        Type::Map(Arc::new(element))
    }

    /// A tuple of exactly `elements`.
    pub fn tuple(elements: impl IntoIterator<Item = Type>) -> Type {
        Type::Tuple(Arc::new(elements.into_iter().collect()))
    }

    /// An object with `attributes`, none of them optional.
    pub fn object<N: Into<Str>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Type {
        Type::Object(Arc::new(ObjectType::new(attributes)))
    }

    /// Whether this is string, number or bool.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::String)
    }

    /// The element type of a list, set or map.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some(element),
            _ => None,
        }
    }

    /// The type of the element at `index` of a list, set or tuple.
    pub(crate) fn at_position(&self, index: usize) -> Option<&Type> {
        match self {
            Type::Tuple(elements) => elements.get(index),
            other => other.element(),
        }
    }

    /// The type of the element or attribute `name` of a map or object.
    pub(crate) fn at_name(&self, name: &str) -> Option<&Type> {
        match self {
            Type::Object(object) => object.get(name),
            other => other.element(),
        }
    }

    /// Whether an attribute anywhere in it is optional.
    pub fn has_optional(&self) -> bool {
        match self {
            Type::Dynamic | Type::Bool | Type::Number | Type::String => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_optional(),
            Type::Tuple(elements) => elements.iter().any(Type::has_optional),
            Type::Object(object) => {
                !object.optional.is_empty()
                    || object.attributes.iter().any(|(_, ty)| ty.has_optional())
            }
        }
    }

    /// The same type with no attribute optional, as values have it.
    pub fn without_optional(&self) -> Type {
        if !self.has_optional() {
            return self.clone();
        }
        match self {
            Type::List(element) => Type::list(element.without_optional()),
            Type::Set(element) => Type::set(element.without_optional()),
            Type::Map(element) => Type::map(element.without_optional()),
            Type::Tuple(elements) => Type::tuple(elements.iter().map(Type::without_optional)),
            Type::Object(object) => {
                let attributes = object.attributes.iter();
                Type::object(attributes.map(|(name, ty)| (name.clone(), ty.without_optional())))
            }
            other => other.clone(),
        }
    }

    /// Whether [`Type::Dynamic`] occurs anywhere in it.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Type::Dynamic => true,
            Type::Bool | Type::Number | Type::String => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
            Type::Tuple(elements) => elements.iter().any(Type::has_dynamic),
            Type::Object(object) => object.attributes.iter().any(|(_, ty)| ty.has_dynamic()),
        }
    }
}

impl ObjectType {
    /// An object type with `attributes`; of a name given twice the last counts.
    pub fn new<N: Into<Str>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        let mut sorted: Vec<(Str, Type)> = attributes
            .into_iter()
            .map(|(name, ty)| (name.into(), ty))
            .collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.reverse();
        sorted.dedup_by(|a, b| a.0 == b.0);
        sorted.reverse();
        ObjectType {
            attributes: sorted,
            optional: Vec::new(),
        }
    }

    /// An object type of `attributes` sorted by distinct names.
    pub(crate) fn from_sorted(attributes: impl Iterator<Item = (Str, Type)>) -> Self {
        ObjectType {
            attributes: attributes.collect(),
            optional: Vec::new(),
        }
    }

    /// The same attributes, those named in `optional` being optional.
    pub fn with_optional(mut self, optional: impl IntoIterator<Item = Str>) -> Self {
        self.optional = optional.into_iter().collect();
        self.optional.sort();
        self.optional.dedup();
        self
    }

    /// All attributes, sorted by name.
    pub fn attributes(&self) -> &[(Str, Type)] {
        &self.attributes
    }

    /// The type of attribute `name`.
    pub fn get(&self, name: &str) -> Option<&Type> {
        let index = self.position(name)?;
        self.attributes.get(index).map(|(_, ty)| ty)
    }

    /// Which attribute in their order `name` is.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        let found = self
            .attributes
            .binary_search_by(|(n, _)| n.as_str().cmp(name));
        found.ok()
    }

    /// Whether attribute `name` may be left out in a conversion.
    pub fn is_optional(&self, name: &str) -> bool {
        self.optional
            .binary_search_by(|n| n.as_str().cmp(name))
            .is_ok()
    }

    /// The names of the optional attributes, sorted.
    pub fn optional(&self) -> &[Str] {
        &self.optional
    }
}
