//! Snapshots understood.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use trueup_sdk::{Problem, Provider, ResourceSchema};
use trueup_state::{
    Snapshot,
    snapshot::{self, InstanceObject, Mode, Status},
};
use trueup_syntax::{FileId, SourceFile, parse::parse_traversal};
use trueup_value::{
    Marks, Path, PathStep, Str, Value,
    json::{JsonError, from_json, type_from_json},
};

use super::{Attributes, InstanceState, Object, ResourceState, State};
use crate::address::{
    AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode, Target,
    parse_target,
};

/// What in a snapshot makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A resource's module address.
    #[error("the state has a resource in a module with the invalid address {address:?}")]
    Module {
        /// What it says.
        address: String,
    },
    /// An output.
    #[error("the output \"{name}\" of the state cannot be read: {source}")]
    Output {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: JsonError,
    },
    /// What a provider keeps with an object.
    #[error("the private data of {address} is not base64")]
    Private {
        /// The instance.
        address: String,
    },
}

/// Why stored attributes cannot be understood.
#[derive(Debug)]
pub enum DecodeError {
    /// The provider could not upgrade them.
    Upgrade(Vec<Problem>),
    /// They are in the form of Terraform 0.11.
    Flat,
}

impl State {
    /// Understands everything in a snapshot but the attributes.
    ///
    /// # Errors
    /// [`StateError`]
    pub fn from_snapshot(snapshot: &Snapshot) -> Result<State, StateError> {
        let mut state = State {
            lineage: snapshot.lineage.clone(),
            serial: snapshot.serial,
            check_results: snapshot.check_results.clone(),
            ..State::default()
        };
        let mut shared = Shared::default();
        // What has no instances is what a failed run left of a resource.
        let resources = snapshot.resources.iter();
        for resource in resources.filter(|resource| !resource.instances.is_empty()) {
            let address = shared.address(resource)?;
            let provider = shared.provider(&resource.provider);
            let entry = state.resources.entry(address);
            let target = entry.or_insert_with(|| ResourceState {
                provider,
                instances: BTreeMap::new(),
            });
            for stored in &resource.instances {
                shared.add_object(target, resource, stored)?;
            }
        }
        for (name, output) in &snapshot.outputs {
            state
                .outputs
                .insert(Str::new(name), read_output(name, output)?);
        }
        Ok(state)
    }
}

/// What many objects of a snapshot have in common.
#[derive(Default)]
struct Shared {
    modules: HashMap<String, ModuleInstance>,
    providers: HashMap<String, Arc<str>>,
    dependencies: HashMap<Vec<String>, Arc<[Str]>>,
}

impl Shared {
    fn address(&mut self, resource: &snapshot::Resource) -> Result<AbsResource, StateError> {
        let module = match self.modules.get(&resource.module) {
            Some(module) => module.clone(),
            None => {
                let module = parse_module(&resource.module).ok_or_else(|| StateError::Module {
                    address: resource.module.clone(),
                })?;
                self.modules.insert(resource.module.clone(), module.clone());
                module
            }
        };
        let mode = match resource.mode {
            Mode::Managed => ResourceMode::Managed,
            Mode::Data => ResourceMode::Data,
        };
        Ok(AbsResource {
            module,
            resource: Resource {
                mode,
                kind: Str::new(&resource.resource_type),
                name: Str::new(&resource.name),
            },
        })
    }

    fn provider(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.providers.get(text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        self.providers.insert(text.to_owned(), Arc::clone(&shared));
        shared
    }

    fn dependencies(&mut self, given: &[String]) -> Arc<[Str]> {
        if let Some(known) = self.dependencies.get(given) {
            return Arc::clone(known);
        }
        let shared: Arc<[Str]> = given.iter().map(|text| Str::new(text)).collect();
        self.dependencies
            .insert(given.to_vec(), Arc::clone(&shared));
        shared
    }

    fn add_object(
        &mut self,
        target: &mut ResourceState,
        resource: &snapshot::Resource,
        stored: &Arc<InstanceObject>,
    ) -> Result<(), StateError> {
        let key = stored.index_key.as_ref().map(instance_key);
        let private = STANDARD.decode(&stored.private);
        let private = private.map_err(|_| StateError::Private {
            address: format!("{}.{}", resource.resource_type, resource.name),
        })?;
        let object = Arc::new(Object {
            tainted: stored.status == Some(Status::Tainted),
            private,
            dependencies: self.dependencies(&stored.dependencies),
            create_before_destroy: stored.create_before_destroy,
            schema_version: stored.schema_version,
            attributes: Attributes::Stored(Arc::clone(stored)),
        });
        let instance: &mut InstanceState = target.instances.entry(key).or_default();
        match stored.deposed.as_str() {
            "" => instance.current = Some(object),
            deposed => {
                instance.deposed.insert(Str::new(deposed), object);
            }
        }
        Ok(())
    }
}

fn parse_module(text: &str) -> Option<ModuleInstance> {
    if text.is_empty() {
        return Some(ModuleInstance::default());
    }
    let file = SourceFile::new(FileId(0), "state", text);
    let (traversal, diagnostics) = parse_traversal(&file);
    if diagnostics.has_errors() {
        return None;
    }
    match parse_target(&traversal?) {
        Ok(Target::Module(module)) => Some(module),
        _ => None,
    }
}

/// The address of a resource instance as a journal writes it.
pub(crate) fn instance_address(text: &str) -> Option<AbsResourceInstance> {
    let parsed = snapshot::address::parse_instance(text)?;
    let of = parsed.resource;
    Some(AbsResourceInstance {
        resource: AbsResource {
            module: parse_module(&of.module)?,
            resource: Resource {
                mode: match of.mode {
                    Mode::Managed => ResourceMode::Managed,
                    Mode::Data => ResourceMode::Data,
                },
                kind: Str::new(&of.kind),
                name: Str::new(&of.name),
            },
        },
        key: parsed.key.as_ref().map(instance_key),
    })
}

fn instance_key(key: &snapshot::InstanceKey) -> InstanceKey {
    match key {
        snapshot::InstanceKey::Index(index) => {
            InstanceKey::Int(i64::try_from(*index).unwrap_or(i64::MAX))
        }
        snapshot::InstanceKey::Key(key) => InstanceKey::String(Str::new(key)),
    }
}

fn read_output(name: &str, output: &snapshot::Output) -> Result<Value, StateError> {
    let error = |source| StateError::Output {
        name: name.to_owned(),
        source,
    };
    // Terraform may write which attributes were optional; values know nothing
    // of that.
    let ty = type_from_json(output.ty.get()).map_err(error)?;
    let ty = ty.without_optional();
    let value = from_json(output.value.get(), &ty).map_err(error)?;
    Ok(match output.sensitive {
        true => value.with_marks(Marks::SENSITIVE),
        false => value,
    })
}

impl Object {
    /// Itself with its attributes understood, upgraded if they were stored
    /// under an older version of the schema.
    ///
    /// # Errors
    /// [`DecodeError`]
    pub async fn decoded(
        self: &Arc<Self>,
        provider: &dyn Provider,
        kind: &str,
        schema: &ResourceSchema,
    ) -> Result<Arc<Object>, DecodeError> {
        let Attributes::Stored(stored) = &self.attributes else {
            return Ok(Arc::clone(self));
        };
        let Some(json) = &stored.attributes else {
            return Err(DecodeError::Flat);
        };
        let version = stored.schema_version;
        let managed = provider.schema().resources.get(kind);
        let value = match managed.is_some_and(|known| std::ptr::eq(known, schema)) {
            true => provider.upgrade(kind, version, json.get()).await,
            false => trueup_sdk::read_stored(schema, version.min(schema.version), json.get()),
        };
        let value = value.map_err(DecodeError::Upgrade)?;
        let sensitive = stored.sensitive_attributes.as_ref();
        let marks = sensitive.map_or_else(Vec::new, |json| sensitive_paths(json.get()));
        Ok(Arc::new(Object {
            attributes: Attributes::Known(value.mark_with_paths(&marks)),
            schema_version: schema.version,
            ..Object::clone(self)
        }))
    }
}

#[derive(Deserialize)]
struct Step<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    value: &'a serde_json::value::RawValue,
}

/// The paths of a `sensitive_attributes` list; ones that make no sense lead
/// nowhere.
pub(crate) fn sensitive_paths(json: &str) -> Vec<(Path, Marks)> {
    let lists: Vec<Vec<Step<'_>>> = serde_json::from_str(json).unwrap_or_default();
    let paths = lists.iter().filter_map(|steps| {
        let steps = steps.iter().map(read_step).collect::<Option<Path>>()?;
        Some((steps, Marks::SENSITIVE))
    });
    paths.collect()
}

#[derive(Deserialize)]
struct Index<'a> {
    #[serde(borrow)]
    value: &'a serde_json::value::RawValue,
}

fn read_step(step: &Step<'_>) -> Option<PathStep> {
    match step.kind.as_str() {
        "get_attr" => {
            let name: String = serde_json::from_str(step.value.get()).ok()?;
            Some(PathStep::Attr(Str::new(&name)))
        }
        "index" => {
            let index: Index<'_> = serde_json::from_str(step.value.get()).ok()?;
            let key = trueup_value::json::from_json_simple(index.value.get()).ok()?;
            Some(PathStep::Index(key))
        }
        _ => None,
    }
}
