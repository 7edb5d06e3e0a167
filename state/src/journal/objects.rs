//! The objects of a snapshot, by address.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Snapshot,
    snapshot::{
        InstanceKey, InstanceObject, Mode, Resource,
        address::{InstanceAddress, ResourceAddress},
    },
};

/// One object: its instance's key, and its deposed key.
pub(super) type Slot = (Option<InstanceKey>, String);

/// All objects. Taken apart and put together again in the order of a
/// normalized snapshot.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<ResourceAddress, Entry>);

#[derive(Debug, Default)]
struct Entry {
    provider: String,
    each: String,
    instances: BTreeMap<Slot, Arc<InstanceObject>>,
}

impl Objects {
    pub(super) fn new(resources: Vec<Resource>) -> Self {
        let mut objects = Objects::default();
        for resource in resources {
            let address = ResourceAddress {
                module: resource.module,
                mode: resource.mode,
                kind: resource.resource_type,
                name: resource.name,
            };
            let entry = objects.0.entry(address).or_default();
            entry.provider = resource.provider;
            entry.each = resource.each;
            entry
                .instances
                .extend(resource.instances.into_iter().map(|object| {
                    let slot = (object.index_key.clone(), object.deposed.clone());
                    (slot, object)
                }));
        }
        objects
    }

    pub(super) fn into_resources(self) -> Vec<Resource> {
        let resources = self.0.into_iter().map(|(address, entry)| Resource {
            module: address.module,
            mode: address.mode,
            resource_type: address.kind,
            name: address.name,
            each: entry.each,
            provider: entry.provider,
            instances: entry.instances.into_values().collect(),
        });
        resources.collect()
    }

    /// Puts an object in its place.
    pub(super) fn put(
        &mut self,
        address: &InstanceAddress,
        deposed: &str,
        provider: &str,
        mut object: InstanceObject,
    ) {
        object.index_key.clone_from(&address.key);
        deposed.clone_into(&mut object.deposed);
        let entry = self.0.entry(address.resource.clone()).or_default();
        provider.clone_into(&mut entry.provider);
        let slot = (address.key.clone(), deposed.to_owned());
        entry.instances.insert(slot, Arc::new(object));
    }

    /// Takes an object away.
    pub(super) fn take(
        &mut self,
        address: &InstanceAddress,
        deposed: &str,
    ) -> Option<InstanceObject> {
        let entry = self.0.get_mut(&address.resource)?;
        let slot = (address.key.clone(), deposed.to_owned());
        let taken = entry.instances.remove(&slot);
        if entry.instances.is_empty() {
            self.0.remove(&address.resource);
        }
        taken.map(Arc::unwrap_or_clone)
    }

    /// The object in a place.
    pub(super) fn get(&self, address: &InstanceAddress, deposed: &str) -> Option<&InstanceObject> {
        let slot = (address.key.clone(), deposed.to_owned());
        let entry = self.0.get(&address.resource)?;
        entry.instances.get(&slot).map(AsRef::as_ref)
    }

    /// All objects of an instance: the current one and those put aside.
    pub(super) fn of<'a>(
        &'a self,
        address: &'a InstanceAddress,
    ) -> impl Iterator<Item = &'a InstanceObject> {
        let entry = self.0.get(&address.resource);
        let from = (address.key.clone(), String::new());
        entry
            .into_iter()
            .flat_map(move |entry| entry.instances.range(from.clone()..))
            .take_while(|((key, _), _)| *key == address.key)
            .map(|(_, object)| object.as_ref())
    }
}

impl InstanceAddress {
    /// A managed resource's address is what a journal speaks of; nothing else
    /// is acted upon.
    pub(super) fn is_managed(&self) -> bool {
        self.resource.mode == Mode::Managed
    }
}

/// Single objects, by looking through all resources.
impl Snapshot {
    /// The object in a place of the snapshot; `deposed` is empty for the
    /// current one.
    pub fn object(&self, address: &InstanceAddress, deposed: &str) -> Option<&InstanceObject> {
        let resource = self.resources.iter().find(|r| is_of(r, address))?;
        let mut objects = resource.instances.iter();
        let found = objects.find(|object| is_at(object, address, deposed));
        found.map(AsRef::as_ref)
    }

    /// Takes an object away.
    pub fn take_object(
        &mut self,
        address: &InstanceAddress,
        deposed: &str,
    ) -> Option<InstanceObject> {
        let of = self.resources.iter().position(|r| is_of(r, address))?;
        let instances = &mut self.resources.get_mut(of)?.instances;
        let at = instances.iter().position(|o| is_at(o, address, deposed))?;
        let taken = instances.remove(at);
        if instances.is_empty() {
            self.resources.remove(of);
        }
        Some(Arc::unwrap_or_clone(taken))
    }

    /// Puts an object in a place, instead of what is there.
    pub fn put_object(
        &mut self,
        address: &InstanceAddress,
        deposed: &str,
        provider: &str,
        mut object: InstanceObject,
    ) {
        object.index_key.clone_from(&address.key);
        deposed.clone_into(&mut object.deposed);
        let mut resources = self.resources.iter_mut();
        let Some(resource) = resources.find(|r| is_of(r, address)) else {
            let mut objects = Objects::default();
            objects.put(address, deposed, provider, object);
            self.resources.extend(objects.into_resources());
            return self.normalize();
        };
        provider.clone_into(&mut resource.provider);
        resource.instances.retain(|o| !is_at(o, address, deposed));
        resource.instances.push(Arc::new(object));
        self.normalize();
    }

    /// Whether an object found for an instance is in the snapshot: as one of
    /// the instance's, or just as it is under another address.
    pub fn holds(&self, address: &InstanceAddress, object: &InstanceObject) -> bool {
        let kind = |resource: &&Resource| resource.resource_type == address.resource.kind;
        self.resources.iter().filter(kind).any(|resource| {
            let here = is_of(resource, address);
            let mut objects = resource.instances.iter();
            objects.any(|there| match here && there.index_key == address.key {
                true => same(there, object),
                false => alike(there, object),
            })
        })
    }

    /// A deposed key for an object that is not taken, the same whenever it is
    /// asked for.
    pub fn free_deposed_key(&self, address: &InstanceAddress, object: &InstanceObject) -> String {
        free_key(object, |key| self.object(address, key).is_some())
    }
}

/// Whether both stand for one object: by its ID, else by all that is known.
pub(super) fn same(a: &InstanceObject, b: &InstanceObject) -> bool {
    let (Some(a), Some(b)) = (attributes(a), attributes(b)) else {
        return false;
    };
    match (id(&a), id(&b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// Whether both have one ID and nothing tells them apart.
fn alike(a: &InstanceObject, b: &InstanceObject) -> bool {
    let (a, b) = (attributes(a), attributes(b));
    a.is_some() && a == b && a.as_ref().and_then(id).is_some()
}

fn attributes(object: &InstanceObject) -> Option<serde_json::Value> {
    serde_json::from_str(object.attributes.as_ref()?.get()).ok()
}

fn id(attributes: &serde_json::Value) -> Option<&str> {
    let id = attributes.get("id")?.as_str()?;
    (!id.is_empty()).then_some(id)
}

fn is_of(resource: &Resource, address: &InstanceAddress) -> bool {
    let of = &address.resource;
    resource.name == of.name
        && resource.resource_type == of.kind
        && resource.mode == of.mode
        && resource.module == of.module
}

fn is_at(object: &InstanceObject, address: &InstanceAddress, deposed: &str) -> bool {
    object.index_key == address.key && object.deposed == deposed
}

/// A deposed key that is not taken, drawn from the object itself.
pub(super) fn free_key(object: &InstanceObject, taken: impl Fn(&str) -> bool) -> String {
    let attributes = object.attributes.as_ref().map_or("", |json| json.get());
    let mut number = crc32fast::hash(attributes.as_bytes());
    loop {
        let key = format!("{number:08x}");
        if !taken(&key) {
            return key;
        }
        number = number.wrapping_add(1);
    }
}
