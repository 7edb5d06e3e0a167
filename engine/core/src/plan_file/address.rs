//! Addresses.

use serde::{Deserialize, Serialize};
use trueup_value::Str;

use super::{PlanFileError, value::nonsense};
use crate::{
    address::{
        AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode,
        Target,
    },
    plan_file::value,
};

/// The key of an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum StoredKey {
    Int(i64),
    Text(String),
}

/// A module instance, a resource in it, an instance of that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredAddress {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    module: Vec<(String, Option<StoredKey>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<StoredKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Managed,
    Data,
    Ephemeral,
}

pub(super) fn key(key: &InstanceKey) -> StoredKey {
    match key {
        InstanceKey::Int(index) => StoredKey::Int(*index),
        InstanceKey::String(key) => StoredKey::Text(key.to_string()),
    }
}

pub(super) fn read_key(key: StoredKey) -> InstanceKey {
    match key {
        StoredKey::Int(index) => InstanceKey::Int(index),
        StoredKey::Text(key) => InstanceKey::String(Str::from(key)),
    }
}

fn module(module: &ModuleInstance) -> StoredAddress {
    let steps = module.0.iter();
    StoredAddress {
        module: steps
            .map(|(name, index)| (name.to_string(), index.as_ref().map(key)))
            .collect(),
        ..StoredAddress::default()
    }
}

pub(super) fn resource(address: &AbsResource) -> StoredAddress {
    let Resource { mode, kind, name } = &address.resource;
    StoredAddress {
        mode: Some(match mode {
            ResourceMode::Managed => Mode::Managed,
            ResourceMode::Data => Mode::Data,
            ResourceMode::Ephemeral => Mode::Ephemeral,
        }),
        kind: kind.to_string(),
        name: name.to_string(),
        ..module(&address.module)
    }
}

pub(super) fn instance(address: &AbsResourceInstance) -> StoredAddress {
    StoredAddress {
        key: address.key.as_ref().map(key),
        ..resource(&address.resource)
    }
}

pub(super) fn target(target: &Target) -> StoredAddress {
    match target {
        Target::Module(address) => module(address),
        Target::Resource(address) => resource(address),
        Target::Instance(address) => instance(address),
    }
}

impl StoredAddress {
    fn read_module(&mut self) -> ModuleInstance {
        let steps = std::mem::take(&mut self.module).into_iter();
        ModuleInstance(
            steps
                .map(|(name, key)| (Str::from(name), key.map(read_key)))
                .collect(),
        )
    }

    pub(super) fn read_resource(mut self) -> Result<AbsResource, PlanFileError> {
        let mode = match self.mode {
            Some(Mode::Managed) => ResourceMode::Managed,
            Some(Mode::Data) => ResourceMode::Data,
            Some(Mode::Ephemeral) => ResourceMode::Ephemeral,
            None => return Err(value::nonsense("an address names no resource")),
        };
        Ok(AbsResource {
            module: self.read_module(),
            resource: Resource {
                mode,
                kind: Str::from(self.kind),
                name: Str::from(self.name),
            },
        })
    }

    pub(super) fn read_instance(mut self) -> Result<AbsResourceInstance, PlanFileError> {
        Ok(AbsResourceInstance {
            key: self.key.take().map(read_key),
            resource: self.read_resource()?,
        })
    }

    pub(super) fn read_target(mut self) -> Result<Target, PlanFileError> {
        match (self.mode, &self.key) {
            (None, Some(_)) => Err(nonsense("a target has a key and no resource")),
            (None, None) => Ok(Target::Module(self.read_module())),
            (Some(_), None) => self.read_resource().map(Target::Resource),
            (Some(_), Some(_)) => self.read_instance().map(Target::Instance),
        }
    }
}
