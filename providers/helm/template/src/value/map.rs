//! Maps: references, as in Go. A change through one name shows through all.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use super::{Origin, Str, Type, Value, dismantle};

/// A map with string keys, in the order of its keys.
#[derive(Clone, Debug)]
pub struct Map {
    ty: Type,
    /// None is the nil map.
    data: Option<Rc<Data>>,
}

#[derive(Debug)]
struct Data {
    entries: RefCell<BTreeMap<Str, Value>>,
    origin: Option<Origin>,
}

/// A map that may be gone by now.
#[derive(Clone, Debug)]
pub struct WeakMap(Type, Weak<Data>);

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Map::typed(Type::MAP, [])
    }

    /// A map of the type `ty` (`map[string]string`, not `string`).
    pub fn typed(ty: Type, entries: impl IntoIterator<Item = (Str, Value)>) -> Self {
        Map {
            ty,
            data: Some(Rc::new(Data {
                entries: RefCell::new(entries.into_iter().collect()),
                origin: None,
            })),
        }
    }

    /// The nil map of the type `ty`.
    pub fn nil(ty: Type) -> Self {
        Map { ty, data: None }
    }

    /// The type of the map.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The same map under another type over the same elements.
    pub fn retyped(&self, ty: Type) -> Self {
        Map {
            ty,
            data: self.data.clone(),
        }
    }

    /// The value of `key`. Counts as a read, also when there is none.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        let data = self.data.as_deref()?;
        if let Some(origin) = &data.origin {
            origin.note(key.as_ref());
        }
        data.entries.borrow().get(key.as_ref()).cloned()
    }

    /// Whether `key` exists. Counts as a read of it.
    pub fn contains(&self, key: impl AsRef<[u8]>) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`; returns what it was. The nil map stays as it is, where Go
    /// panics with `assignment to entry in nil map`: ask [`Map::is_nil`] first.
    pub fn insert(&self, key: impl Into<Str>, value: Value) -> Option<Value> {
        let data = self.data.as_deref()?;
        data.entries.borrow_mut().insert(key.into(), value)
    }

    /// Takes `key` out.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        let data = self.data.as_deref()?;
        data.entries.borrow_mut().remove(key.as_ref())
    }

    /// A copy of the entries in the order of keys. Counts as a read of all.
    pub fn entries(&self) -> Vec<(Str, Value)> {
        let Some(data) = self.data.as_deref() else {
            return Vec::new();
        };
        if let Some(origin) = &data.origin {
            origin.note_all();
        }
        let entries = data.entries.borrow();
        entries
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// The entries whose values are `wanted`. Counts as a read of all.
    pub fn entries_where(&self, wanted: impl Fn(&Value) -> bool) -> Vec<(Str, Value)> {
        let Some(data) = self.data.as_deref() else {
            return Vec::new();
        };
        if let Some(origin) = &data.origin {
            origin.note_all();
        }
        let entries = data.entries.borrow();
        let wanted = entries.iter().filter(|(_, value)| wanted(value));
        wanted
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// A map of its own, with what `change` makes of its entries. Counts as no read.
    pub fn copied(&self, change: impl FnOnce(&mut BTreeMap<Str, Value>)) -> Map {
        self.copied_to(None, change)
    }

    pub(super) fn copied_to(
        &self,
        origin: Option<Origin>,
        change: impl FnOnce(&mut BTreeMap<Str, Value>),
    ) -> Map {
        let entries = self.data.as_deref().map(|data| data.entries.borrow());
        let mut entries = entries.map_or_else(BTreeMap::new, |entries| entries.clone());
        change(&mut entries);
        Map {
            ty: self.ty,
            data: Some(Rc::new(Data {
                entries: RefCell::new(entries),
                origin,
            })),
        }
    }

    /// The keys in order. Counts as a read of all entries.
    pub fn keys(&self) -> Vec<Str> {
        let Some(data) = self.data.as_deref() else {
            return Vec::new();
        };
        if let Some(origin) = &data.origin {
            origin.note_all();
        }
        data.entries.borrow().keys().cloned().collect()
    }

    /// A copy of the entries that counts as no read: for owners of values,
    /// not for functions of templates.
    pub fn untracked_entries(&self) -> Vec<(Str, Value)> {
        let entries = self.data.as_deref().map(|data| data.entries.borrow());
        let entries = entries.iter().flat_map(|entries| entries.iter());
        entries.map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// The value of `key`, without counting as a read.
    pub fn untracked_get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        let data = self.data.as_deref()?;
        data.entries.borrow().get(key.as_ref()).cloned()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        let data = self.data.as_deref();
        data.map_or(0, |data| data.entries.borrow().len())
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is the nil map, which differs from an empty one.
    pub fn is_nil(&self) -> bool {
        self.data.is_none()
    }

    /// Whether both are the same map, not just alike.
    pub fn is_same(&self, other: &Map) -> bool {
        match (&self.data, &other.data) {
            (Some(mine), Some(theirs)) => Rc::ptr_eq(mine, theirs),
            _ => false,
        }
    }

    /// A number that tells this map from every other one alive; 0 is nil.
    pub fn identity(&self) -> usize {
        self.data
            .as_ref()
            .map_or(0, |data| Rc::as_ptr(data) as usize)
    }

    /// Where it came from, if it is tracked.
    pub fn origin(&self) -> Option<&Origin> {
        self.data.as_ref().and_then(|data| data.origin.as_ref())
    }

    /// A reference that does not keep the map alive.
    pub fn downgrade(&self) -> Option<WeakMap> {
        let data = self.data.as_ref()?;
        Some(WeakMap(self.ty, Rc::downgrade(data)))
    }

    /// Empties the map: breaks the cycles that `set` can make.
    pub fn clear(&self) {
        if let Some(data) = self.data.as_deref() {
            let entries = std::mem::take(&mut *data.entries.borrow_mut());
            dismantle(entries.into_values().collect());
        }
    }

    /// The values, if nobody else holds the map. Weak references don't count:
    /// what they lead to is about to go anyway.
    pub(super) fn take(&mut self) -> Vec<Value> {
        match &self.data {
            Some(data) if Rc::strong_count(data) == 1 => {
                std::mem::take(&mut *data.entries.borrow_mut())
                    .into_values()
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

impl WeakMap {
    /// The map, if it is still alive.
    pub fn upgrade(&self) -> Option<Map> {
        Some(Map {
            ty: self.0,
            data: Some(self.1.upgrade()?),
        })
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new()
    }
}

impl FromIterator<(Str, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        Map::typed(Type::MAP, entries)
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        dismantle(entries.into_values().collect());
    }
}
