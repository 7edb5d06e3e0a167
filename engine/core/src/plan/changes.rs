//! The changes of a plan while it is made.

use std::collections::{BTreeMap, btree_map::Entry};

use trueup_value::Str;

use super::{ResourceChange, sort};
use crate::address::{AbsResource, AbsResourceInstance, InstanceKey};

/// Changes, found by resource, then by instance and deposed object.
#[derive(Default)]
pub(super) struct Changes {
    /// As they came.
    all: Vec<ResourceChange>,
    places: BTreeMap<AbsResource, BTreeMap<Slot, usize>>,
}

type Slot = (Option<InstanceKey>, Option<Str>);

impl Changes {
    /// Adds a change, in the place of one of the same object.
    pub(super) fn add(&mut self, change: ResourceChange) {
        let slot = (change.address.key.clone(), change.deposed.clone());
        let resource = &change.address.resource;
        if !self.places.contains_key(resource) {
            self.places.insert(resource.clone(), BTreeMap::new());
        }
        let Some(of) = self.places.get_mut(resource) else {
            return;
        };
        match of.entry(slot) {
            Entry::Vacant(place) => {
                place.insert(self.all.len());
                self.all.push(change);
            }
            Entry::Occupied(place) => self.all[*place.get()] = change,
        }
    }

    /// The change of an instance's current object.
    pub(super) fn current(&self, address: &AbsResourceInstance) -> Option<&ResourceChange> {
        self.all.get(self.place(address)?)
    }

    /// The same, to add to it.
    pub(super) fn current_mut(
        &mut self,
        address: &AbsResourceInstance,
    ) -> Option<&mut ResourceChange> {
        let place = self.place(address)?;
        self.all.get_mut(place)
    }

    fn place(&self, address: &AbsResourceInstance) -> Option<usize> {
        let of = self.places.get(&address.resource)?;
        of.get(&(address.key.clone(), None)).copied()
    }

    /// The changes of a resource.
    pub(super) fn of(&self, resource: &AbsResource) -> impl Iterator<Item = &ResourceChange> {
        let of = self.places.get(resource).into_iter();
        of.flat_map(BTreeMap::values).map(|place| &self.all[*place])
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ResourceChange> {
        let places = self.places.values().flat_map(BTreeMap::values);
        places.map(|place| &self.all[*place])
    }

    /// All of them in the order of plans.
    pub(super) fn into_sorted(self) -> Vec<ResourceChange> {
        drop(self.places);
        let mut sorted = self.all;
        sorted.sort_unstable_by(sort::compare);
        sorted
    }
}
