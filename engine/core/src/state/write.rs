//! Snapshots made.

use std::{fmt::Write, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;
use trueup_state::{
    Snapshot,
    snapshot::{self, InstanceObject, Mode, Output, Status},
};
use trueup_value::{
    Marks, Path, PathStep, Type, Value,
    json::{JsonError, quote_json, to_json, to_json_simple, type_to_json},
};

use super::{Attributes, Object, State};
use crate::address::{AbsResource, InstanceKey, ResourceMode};

impl State {
    /// The state as a snapshot, in the order Terraform writes. `schema_type`
    /// says the type of the objects of a resource.
    ///
    /// # Errors
    /// An object that does not conform to its schema.
    pub fn to_snapshot(
        &self,
        version: &str,
        schema_type: &dyn Fn(&AbsResource, &str) -> Option<Type>,
    ) -> Result<Snapshot, JsonError> {
        let mut snapshot = Snapshot::empty(self.lineage.clone());
        version.clone_into(&mut snapshot.terraform_version);
        snapshot.serial = self.serial;
        snapshot.check_results.clone_from(&self.check_results);
        for (name, value) in &self.outputs {
            let output = encode_output(value)?;
            snapshot.outputs.insert(name.as_str().to_owned(), output);
        }
        for (address, resource) in &self.resources {
            let ty = schema_type(address, &resource.provider).unwrap_or(Type::Dynamic);
            let mut instances = Vec::with_capacity(resource.instances.len());
            for (key, instance) in &resource.instances {
                let current = instance.current.iter().map(|object| ("", object));
                let deposed = instance.deposed.iter().map(|(k, o)| (k.as_str(), o));
                for (deposed, object) in current.chain(deposed) {
                    let object = encode_object(object, key.as_ref(), deposed, &ty)?;
                    instances.push(Arc::new(object));
                }
            }
            snapshot.resources.push(snapshot::Resource {
                module: address.module.to_string(),
                mode: match address.resource.mode {
                    ResourceMode::Data => Mode::Data,
                    _ => Mode::Managed,
                },
                resource_type: address.resource.kind.as_str().to_owned(),
                name: address.resource.name.as_str().to_owned(),
                each: String::new(),
                provider: resource.provider.as_ref().to_owned(),
                instances,
            });
        }
        snapshot.normalize();
        Ok(snapshot)
    }
}

fn encode_output(value: &Value) -> Result<Output, JsonError> {
    let (bare, marks) = value.unmark_deep();
    let ty = bare.ty();
    Ok(Output {
        value: raw(to_json(&bare, &ty)?),
        ty: raw(type_to_json(&ty)),
        sensitive: marks.contains(Marks::SENSITIVE),
    })
}

/// An object as the snapshot holds it; `ty` is the schema's type.
///
/// # Errors
/// Attributes that are unknown or do not conform to `ty`.
pub fn encode_object(
    object: &Object,
    key: Option<&InstanceKey>,
    deposed: &str,
    ty: &Type,
) -> Result<InstanceObject, JsonError> {
    let mut encoded = match &object.attributes {
        Attributes::Stored(stored) => InstanceObject::clone(stored),
        Attributes::Known(value) => encode_value(value, ty)?,
    };
    encoded.index_key = key.map(|key| match key {
        InstanceKey::Int(index) => {
            snapshot::InstanceKey::Index(u64::try_from(*index).unwrap_or_default())
        }
        InstanceKey::String(key) => snapshot::InstanceKey::Key(key.as_str().to_owned()),
    });
    encoded.status = object.tainted.then_some(Status::Tainted);
    deposed.clone_into(&mut encoded.deposed);
    encoded.schema_version = object.schema_version;
    encoded.private = STANDARD.encode(&object.private);
    let dependencies = object.dependencies.iter();
    encoded.dependencies = dependencies.map(|text| text.as_str().to_owned()).collect();
    encoded.create_before_destroy = object.create_before_destroy;
    Ok(encoded)
}

fn encode_value(value: &Value, ty: &Type) -> Result<InstanceObject, JsonError> {
    let (bare, marks) = value.unmark_deep_with_paths();
    Ok(InstanceObject {
        index_key: None,
        status: None,
        deposed: String::new(),
        schema_version: 0,
        attributes: Some(raw(to_json(&bare, ty)?)),
        attributes_flat: Default::default(),
        sensitive_attributes: Some(encode_paths(&marks)),
        identity_schema_version: None,
        identity: None,
        private: String::new(),
        dependencies: Vec::new(),
        create_before_destroy: false,
    })
}

/// The paths of what must not be shown of an object, as the snapshot holds
/// them; none if there are none.
pub fn sensitive_attributes(value: &Value) -> Option<Box<RawValue>> {
    let (_, marks) = value.unmark_deep_with_paths();
    let any = marks
        .iter()
        .any(|(_, marks)| marks.contains(Marks::SENSITIVE));
    any.then(|| encode_paths(&marks))
}

fn encode_paths(marks: &[(Path, Marks)]) -> Box<RawValue> {
    let sensitive = marks
        .iter()
        .filter(|(_, marks)| marks.contains(Marks::SENSITIVE));
    let paths: Vec<String> = sensitive.map(|(path, _)| encode_path(path)).collect();
    raw(format!("[{}]", paths.join(",")))
}

fn encode_path(path: &Path) -> String {
    let mut text = String::from("[");
    for (index, step) in path.steps().iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let written = match step {
            PathStep::Attr(name) => {
                let name = quote_json(name);
                write!(text, r#"{comma}{{"type":"get_attr","value":{name}}}"#)
            }
            PathStep::Index(key) => {
                let json = to_json_simple(key).unwrap_or_else(|_| "null".to_owned());
                let ty = type_to_json(&key.ty());
                write!(
                    text,
                    r#"{comma}{{"type":"index","value":{{"value":{json},"type":{ty}}}}}"#
                )
            }
        };
        // Writing to a string cannot fail.
        let _ = written;
    }
    text.push(']');
    text
}

/// JSON that this program wrote itself.
fn raw(json: String) -> Box<RawValue> {
    RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
