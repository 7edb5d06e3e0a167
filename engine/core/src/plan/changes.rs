//! The changes of a plan while it is made.

use std::collections::BTreeMap;

use trueup_value::Str;

use super::{ResourceChange, sort};
use crate::address::{AbsResource, AbsResourceInstance, InstanceKey};

/// Changes by resource, then by instance and deposed object.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<AbsResource, BTreeMap<Slot, Box<ResourceChange>>>);

type Slot = (Option<InstanceKey>, Option<Str>);

impl Changes {
    /// Adds a change, in the place of one of the same object.
    pub(super) fn add(&mut self, change: ResourceChange) {
        let slot = (change.address.key.clone(), change.deposed.clone());
        let resource = &change.address.resource;
        if !self.0.contains_key(resource) {
            self.0.insert(resource.clone(), BTreeMap::new());
        }
        if let Some(of) = self.0.get_mut(resource) {
            of.insert(slot, Box::new(change));
        }
    }

    /// The change of an instance's current object.
    pub(super) fn current(&self, address: &AbsResourceInstance) -> Option<&ResourceChange> {
        let of = self.0.get(&address.resource)?;
        of.get(&(address.key.clone(), None)).map(AsRef::as_ref)
    }

    /// The same, to add to it.
    pub(super) fn current_mut(
        &mut self,
        address: &AbsResourceInstance,
    ) -> Option<&mut ResourceChange> {
        let of = self.0.get_mut(&address.resource)?;
        of.get_mut(&(address.key.clone(), None)).map(AsMut::as_mut)
    }

    /// The changes of a resource.
    pub(super) fn of(&self, resource: &AbsResource) -> impl Iterator<Item = &ResourceChange> {
        let of = self.0.get(resource).into_iter();
        of.flat_map(BTreeMap::values).map(AsRef::as_ref)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ResourceChange> {
        self.0
            .values()
            .flat_map(BTreeMap::values)
            .map(AsRef::as_ref)
    }

    /// All of them in the order of plans.
    pub(super) fn into_sorted(self) -> Vec<ResourceChange> {
        let count = self.0.values().map(BTreeMap::len).sum();
        let mut sorted = Vec::with_capacity(count);
        let all = self.0.into_values().flat_map(BTreeMap::into_values);
        sorted.extend(all.map(|change| *change));
        sorted.sort_unstable_by(sort::compare);
        sorted
    }
}
