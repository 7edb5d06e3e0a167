//! Schemas by type, each made when it is first asked for: a provider offers
//! many types, and a stack uses few.

use std::{
    collections::BTreeMap,
    fmt,
    ops::{Deref, Index},
    sync::{Arc, LazyLock},
};

use trueup_value::Str;

use crate::ResourceSchema;

/// Something that is made when it is first looked at, and shared by clones.
pub(crate) struct Later<T>(Arc<LazyLock<T, Maker<T>>>);

type Maker<T> = Box<dyn FnOnce() -> T + Send>;

impl<T: 'static> Later<T> {
    pub(crate) fn new(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Later(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for Later<T> {
    fn clone(&self) -> Self {
        Later(Arc::clone(&self.0))
    }
}

/// The schemas of the types of one kind, by name.
#[derive(Clone, Default)]
pub struct TypeSchemas(BTreeMap<Str, Later<ResourceSchema>>);

impl TypeSchemas {
    /// The schema of a type.
    pub fn get(&self, name: &str) -> Option<&ResourceSchema> {
        self.0.get(name).map(|schema| &**schema)
    }

    /// Whether there is such a type; its schema is not made for that.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether there is no type at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of all types, in order; no schema is made for that.
    pub fn keys(&self) -> impl Iterator<Item = &Str> {
        self.0.keys()
    }

    /// All types, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Str, &ResourceSchema)> {
        self.0.iter().map(|(name, schema)| (name, &**schema))
    }

    /// Adds a type; one with the same name is replaced.
    pub fn insert(&mut self, name: Str, schema: ResourceSchema) {
        self.insert_with(name, || schema);
    }

    /// Adds a type whose schema `make` makes when it is first asked for; one
    /// with the same name is replaced.
    pub fn insert_with(
        &mut self,
        name: Str,
        make: impl FnOnce() -> ResourceSchema + Send + 'static,
    ) {
        self.0.insert(name, Later::new(make));
    }
}

impl FromIterator<(Str, ResourceSchema)> for TypeSchemas {
    fn from_iter<I: IntoIterator<Item = (Str, ResourceSchema)>>(types: I) -> Self {
        let types = types.into_iter();
        TypeSchemas(
            types
                .map(|(name, schema)| (name, Later::new(|| schema)))
                .collect(),
        )
    }
}

impl<const N: usize> From<[(Str, ResourceSchema); N]> for TypeSchemas {
    fn from(types: [(Str, ResourceSchema); N]) -> Self {
        types.into_iter().collect()
    }
}

impl Index<&str> for TypeSchemas {
    type Output = ResourceSchema;

    /// Panics where there is no such type.
    fn index(&self, name: &str) -> &ResourceSchema {
        &self.0[name]
    }
}

impl fmt::Debug for TypeSchemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for TypeSchemas {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_schema_is_made_once_and_only_when_it_is_asked_for() {
        let made = Arc::new(AtomicUsize::new(0));
        let mut types = TypeSchemas::default();
        let counter = Arc::clone(&made);
        types.insert_with(Str::new("a"), move || {
            counter.fetch_add(1, Ordering::Relaxed);
            ResourceSchema::default()
        });
        let clone = types.clone();
        assert!(types.keys().eq(&[Str::new("a")]));
        assert!(types.contains_key("a"));
        assert_eq!(made.load(Ordering::Relaxed), 0);
        assert_eq!(types.get("a"), Some(&ResourceSchema::default()));
        assert_eq!(clone, types);
        assert_eq!(types.get("b"), None);
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
