//! The state while it is worked with: objects by address.
//!
//! Attributes stay the JSON text of the snapshot until a provider's schema
//! has been asked for; what no run touches is written back as it was read.

mod read;
mod write;

use std::{collections::BTreeMap, sync::Arc};

use trueup_state::snapshot::{CheckResults, InstanceObject};
use trueup_value::{Str, Value};

pub use read::{DecodeError, StateError};
pub(crate) use read::{instance_address, sensitive_paths};
pub use write::{encode_object, sensitive_attributes};

use crate::address::{AbsResource, AbsResourceInstance, InstanceKey};

/// All objects and outputs.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Tells states of different origin apart.
    pub lineage: String,
    /// Counts the changes.
    pub serial: u64,
    /// Resources by address.
    pub resources: BTreeMap<AbsResource, ResourceState>,
    /// The outputs of the root module; sensitive ones are marked.
    pub outputs: BTreeMap<Str, Value>,
    /// What came out of checks.
    pub check_results: Option<Vec<CheckResults>>,
}

/// A resource's instances.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceState {
    /// The provider configuration, as the snapshot writes it.
    pub provider: Arc<str>,
    /// By instance key.
    pub instances: BTreeMap<Option<InstanceKey>, InstanceState>,
}

/// The objects of an instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceState {
    /// The one that counts.
    pub current: Option<Arc<Object>>,
    /// Those that wait for their destruction, by deposed key.
    pub deposed: BTreeMap<Str, Arc<Object>>,
}

/// An object as it was left.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its attributes.
    pub attributes: Attributes,
    /// It must be replaced.
    pub tainted: bool,
    /// What the provider keeps with it.
    pub private: Vec<u8>,
    /// The configuration addresses it depends on, also indirectly.
    pub dependencies: Arc<[Str]>,
    /// Its replacement is created first.
    pub create_before_destroy: bool,
    /// The version of the schema the attributes follow.
    pub schema_version: u64,
}

/// Attributes, understood or not yet.
#[derive(Clone, Debug)]
pub enum Attributes {
    /// As the snapshot has them.
    Stored(Arc<InstanceObject>),
    /// As an object of the schema's type, with marks where it is sensitive.
    Known(Value),
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Attributes::Known(a), Attributes::Known(b)) => a == b,
            (Attributes::Stored(a), Attributes::Stored(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Object {
    /// Its attributes, once they are understood.
    pub fn value(&self) -> Option<&Value> {
        match &self.attributes {
            Attributes::Known(value) => Some(value),
            Attributes::Stored(_) => None,
        }
    }
}

impl InstanceState {
    /// Whether there is no object at all.
    pub fn is_empty(&self) -> bool {
        self.current.is_none() && self.deposed.is_empty()
    }
}

impl State {
    /// The objects of an instance.
    pub fn instance(
        &self,
        resource: &AbsResource,
        key: &Option<InstanceKey>,
    ) -> Option<&InstanceState> {
        self.resources.get(resource)?.instances.get(key)
    }

    /// Sets or removes the current object of an instance.
    pub fn set_current(
        &mut self,
        address: &AbsResourceInstance,
        provider: &Arc<str>,
        object: Option<Arc<Object>>,
    ) {
        self.change(address, provider, |instance| instance.current = object);
    }

    /// Sets or removes a deposed object of an instance.
    pub fn set_deposed(
        &mut self,
        address: &AbsResourceInstance,
        provider: &Arc<str>,
        key: &Str,
        object: Option<Arc<Object>>,
    ) {
        self.change(address, provider, |instance| {
            match object {
                Some(object) => instance.deposed.insert(key.clone(), object),
                None => instance.deposed.remove(key),
            };
        });
    }

    /// Changes an instance; what is empty afterwards is gone.
    pub fn change(
        &mut self,
        address: &AbsResourceInstance,
        provider: &Arc<str>,
        change: impl FnOnce(&mut InstanceState),
    ) {
        let known = self.resources.contains_key(&address.resource);
        if !known {
            let resource = ResourceState {
                provider: Arc::clone(provider),
                instances: BTreeMap::new(),
            };
            self.resources.insert(address.resource.clone(), resource);
        }
        let Some(resource) = self.resources.get_mut(&address.resource) else {
            return;
        };
        let instance = resource.instances.entry(address.key.clone()).or_default();
        change(instance);
        if instance.is_empty() {
            resource.instances.remove(&address.key);
        } else if resource.provider != *provider {
            resource.provider = Arc::clone(provider);
        }
        if resource.instances.is_empty() {
            self.resources.remove(&address.resource);
        }
    }
}
