//! The state a plan starts from.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_state::snapshot::{CheckResults, InstanceObject};
use trueup_value::Str;

use super::{
    PlanFileError,
    address::{self, StoredAddress, StoredKey},
    value::{Reader, Stored, Writer, nonsense},
};
use crate::state::{Attributes, InstanceState, Object, ResourceState, State};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredState {
    lineage: String,
    serial: u64,
    resources: Vec<StoredResource>,
    outputs: Vec<(String, Stored)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check_results: Option<Vec<CheckResults>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredResource {
    address: StoredAddress,
    provider: String,
    objects: Vec<StoredObject>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredObject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<StoredKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    /// Attributes that were understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Stored>,
    /// Attributes as the snapshot has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stored: Option<InstanceObject>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tainted: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    private: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    create_before_destroy: bool,
    schema_version: u64,
}

pub(super) fn write(state: &State, writer: &mut Writer) -> Result<StoredState, PlanFileError> {
    let State {
        lineage,
        serial,
        resources,
        outputs,
        check_results,
    } = state;
    let outputs = outputs.iter().map(|(name, value)| {
        let stored = writer.value(value, &|| format!("output.{name}"))?;
        Ok((name.to_string(), stored))
    });
    let outputs = outputs.collect::<Result<_, PlanFileError>>()?;
    let mut stored = Vec::with_capacity(resources.len());
    for (address, resource) in resources {
        stored.push(StoredResource {
            address: address::resource(address),
            provider: resource.provider.to_string(),
            objects: write_objects(resource, &|| address.to_string(), writer)?,
        });
    }
    Ok(StoredState {
        lineage: lineage.clone(),
        serial: *serial,
        resources: stored,
        outputs,
        check_results: check_results.clone(),
    })
}

fn write_objects(
    resource: &ResourceState,
    what: &dyn Fn() -> String,
    writer: &mut Writer,
) -> Result<Vec<StoredObject>, PlanFileError> {
    let mut objects = Vec::with_capacity(resource.instances.len());
    for (key, instance) in &resource.instances {
        let current = instance.current.iter().map(|object| (None, object));
        let deposed = instance
            .deposed
            .iter()
            .map(|(key, object)| (Some(key), object));
        for (deposed, object) in current.chain(deposed) {
            let mut stored = write_object(object, what, writer)?;
            stored.key = key.as_ref().map(address::key);
            stored.deposed = deposed.map(ToString::to_string);
            objects.push(stored);
        }
    }
    Ok(objects)
}

fn write_object(
    object: &Object,
    what: &dyn Fn() -> String,
    writer: &mut Writer,
) -> Result<StoredObject, PlanFileError> {
    let Object {
        attributes,
        tainted,
        private,
        dependencies,
        create_before_destroy,
        schema_version,
    } = object;
    let (value, stored) = match attributes {
        Attributes::Known(value) => (Some(writer.value(value, what)?), None),
        Attributes::Stored(stored) => (None, Some(InstanceObject::clone(stored))),
    };
    Ok(StoredObject {
        key: None,
        deposed: None,
        value,
        stored,
        tainted: *tainted,
        private: STANDARD.encode(private),
        dependencies: dependencies.iter().map(ToString::to_string).collect(),
        create_before_destroy: *create_before_destroy,
        schema_version: *schema_version,
    })
}

pub(super) fn read(stored: StoredState, reader: &Reader) -> Result<State, PlanFileError> {
    let mut state = State {
        lineage: stored.lineage,
        serial: stored.serial,
        check_results: stored.check_results,
        ..State::default()
    };
    for (name, value) in &stored.outputs {
        state.outputs.insert(Str::new(name), reader.value(value)?);
    }
    for resource in stored.resources {
        let mut instances: BTreeMap<_, InstanceState> = BTreeMap::new();
        for mut object in resource.objects {
            let key = object.key.take().map(address::read_key);
            let deposed = object.deposed.take();
            let read = Arc::new(read_object(object, reader)?);
            let instance = instances.entry(key).or_default();
            match deposed {
                Some(key) => drop(instance.deposed.insert(Str::from(key), read)),
                None => instance.current = Some(read),
            }
        }
        let read = ResourceState {
            provider: resource.provider.into(),
            instances,
        };
        state
            .resources
            .insert(resource.address.read_resource()?, read);
    }
    Ok(state)
}

fn read_object(stored: StoredObject, reader: &Reader) -> Result<Object, PlanFileError> {
    let attributes = match (stored.value, stored.stored) {
        (Some(value), _) => Attributes::Known(reader.value(&value)?),
        (None, Some(stored)) => Attributes::Stored(Arc::new(stored)),
        (None, None) => return Err(nonsense("an object has no attributes")),
    };
    Ok(Object {
        attributes,
        tainted: stored.tainted,
        private: STANDARD.decode(stored.private).map_err(nonsense)?,
        dependencies: stored
            .dependencies
            .iter()
            .map(|text| Str::new(text))
            .collect(),
        create_before_destroy: stored.create_before_destroy,
        schema_version: stored.schema_version,
    })
}
