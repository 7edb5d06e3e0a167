//! The objects of a state with the schemas of their types.

use serde::Deserialize;
use trueup_core::{
    address::{AbsResourceInstance, ProviderSource},
    validate::{Registry, Schemas},
};
use trueup_sdk::ResourceSchema;
use trueup_state::{
    Snapshot,
    snapshot::{InstanceObject, Mode, Resource, address::provider_source},
};
use trueup_value::{
    Marks, Path, PathStep, Str, Value,
    json::{from_json, type_from_json},
};

use super::address;
use crate::error::CommandError;

/// An object, its attributes as a value.
pub(crate) struct Object<'a> {
    pub(crate) address: AbsResourceInstance,
    pub(crate) resource: &'a Resource,
    pub(crate) object: &'a InstanceObject,
    /// The attributes; what must not be shown is marked.
    pub(crate) value: Value,
    pub(crate) schema: &'a ResourceSchema,
    pub(crate) provider: &'a str,
}

/// All objects of a state, in Terraform's order, the current object of an
/// instance before its deposed ones.
///
/// # Errors
/// If a provider is not built in or attributes don't fit the schema.
pub(crate) fn decode<'a>(
    snapshot: &'a Snapshot,
    registry: &'a Registry,
) -> Result<Vec<Object<'a>>, CommandError> {
    let mut objects = Vec::new();
    for resource in &snapshot.resources {
        let (provider, schema) = schema(resource, registry)?;
        let of = address::resource(resource);
        for object in &resource.instances {
            let address = AbsResourceInstance {
                resource: of.clone(),
                key: object.index_key.as_ref().map(address::instance_key),
            };
            let value = value(object, schema).map_err(|problem| unreadable(&address, &problem))?;
            objects.push(Object {
                address,
                resource,
                object,
                value,
                schema,
                provider,
            });
        }
    }
    objects.sort_by(|a, b| {
        let by_address = address::order(&a.address, &b.address);
        by_address.then_with(|| a.object.deposed.cmp(&b.object.deposed))
    });
    Ok(objects)
}

fn schema<'a>(
    resource: &'a Resource,
    registry: &'a Registry,
) -> Result<(&'a str, &'a ResourceSchema), CommandError> {
    let source = provider_source(&resource.provider).unwrap_or_default();
    let parsed = ProviderSource::parse(source).ok();
    let Some(provider) = parsed.and_then(|source| registry.provider(&source)) else {
        let known = registry.sources();
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        return Err(CommandError::usage(
            "Failed to load plugin schemas",
            format!(
                "{resource} belongs to the provider {source}, which is not built in. Built in are: {}.",
                known.join(", ")
            ),
        ));
    };
    let schemas = match resource.mode {
        Mode::Data => &provider.schema().data_sources,
        Mode::Managed => &provider.schema().resources,
    };
    let found = schemas.get(resource.resource_type.as_str());
    let schema = found.ok_or_else(|| {
        CommandError::usage(
            "Failed to load plugin schemas",
            format!(
                "The provider {source} has no type \"{}\", which {resource} is of.",
                resource.resource_type
            ),
        )
    })?;
    Ok((source, schema))
}

fn value(object: &InstanceObject, schema: &ResourceSchema) -> Result<Value, String> {
    let text = object.attributes.as_ref().map_or("{}", |text| text.get());
    let value = from_json(text, &schema.block.implied_type()).map_err(|e| e.to_string())?;
    let Some(paths) = &object.sensitive_attributes else {
        return Ok(value);
    };
    let paths: Option<Vec<Vec<Step>>> =
        serde_json::from_str(paths.get()).map_err(|e| e.to_string())?;
    let mut marks = Vec::new();
    for steps in paths.unwrap_or_default() {
        let steps: Result<Vec<PathStep>, String> = steps.into_iter().map(Step::read).collect();
        let path = steps?
            .into_iter()
            .fold(Path::new(), |path, step| match step {
                PathStep::Attr(name) => path.attr(name),
                PathStep::Index(key) => path.index(key),
            });
        marks.push((path, Marks::SENSITIVE));
    }
    Ok(value.mark_with_paths(&marks))
}

/// A step of a path as a state writes it.
#[derive(Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
enum Step {
    GetAttr(String),
    Index(Key),
}

#[derive(Deserialize)]
struct Key {
    value: Box<serde_json::value::RawValue>,
    r#type: Box<serde_json::value::RawValue>,
}

impl Step {
    fn read(self) -> Result<PathStep, String> {
        match self {
            Step::GetAttr(name) => Ok(PathStep::Attr(Str::from(name))),
            Step::Index(key) => {
                let ty = type_from_json(key.r#type.get()).map_err(|e| e.to_string())?;
                let value = from_json(key.value.get(), &ty).map_err(|e| e.to_string())?;
                Ok(PathStep::Index(value))
            }
        }
    }
}

fn unreadable(address: &AbsResourceInstance, problem: &str) -> CommandError {
    CommandError::usage(
        "Unsupported state file format",
        format!("The attributes of {address} in the state do not fit its schema: {problem}."),
    )
}
