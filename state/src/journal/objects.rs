//! The objects of a snapshot, by address.

use std::collections::BTreeMap;

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
    instances: BTreeMap<Slot, InstanceObject>,
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
        entry.instances.insert(slot, object);
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
        taken
    }

    /// The object in a place.
    pub(super) fn get(&self, address: &InstanceAddress, deposed: &str) -> Option<&InstanceObject> {
        let slot = (address.key.clone(), deposed.to_owned());
        self.0.get(&address.resource)?.instances.get(&slot)
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
            .map(|(_, object)| object)
    }
}

impl InstanceAddress {
    /// A managed resource's address is what a journal speaks of; nothing else
    /// is acted upon.
    pub(super) fn is_managed(&self) -> bool {
        self.resource.mode == Mode::Managed
    }
}

impl Snapshot {
    /// The object in a place of the snapshot; `deposed` is empty for the
    /// current one.
    pub fn object(&self, address: &InstanceAddress, deposed: &str) -> Option<&InstanceObject> {
        let of = &address.resource;
        let mut resources = self.resources.iter().filter(|resource| {
            resource.name == of.name
                && resource.resource_type == of.kind
                && resource.mode == of.mode
                && resource.module == of.module
        });
        resources.find_map(|resource| {
            let mut objects = resource.instances.iter();
            objects.find(|object| object.index_key == address.key && object.deposed == deposed)
        })
    }
}
