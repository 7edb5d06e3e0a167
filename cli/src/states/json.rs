//! The state as `show -json` prints it: format version 1.0.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json, json, value::RawValue};
use trueup_core::{
    address::{AbsResourceInstance, InstanceKey, ModuleInstance, Target},
    validate::Registry,
};
use trueup_sdk::{AttributeType, Block};
use trueup_state::{
    Snapshot,
    snapshot::{CheckObject, CheckResults, CheckStatus, Mode, Output, Status},
};
use trueup_value::{
    Marks, Value,
    json::{to_json, type_to_json},
};

use super::{
    address,
    objects::{self, Object},
    outputs,
};
use crate::{commands::version::TERRAFORM_VERSION, error::CommandError};

#[derive(Serialize)]
struct State<'a> {
    format_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Values<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Values<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<&'a str, JsonOutput>,
    root_module: Module<'a>,
}

#[derive(Serialize)]
struct JsonOutput {
    sensitive: bool,
    value: Box<RawValue>,
    r#type: Box<RawValue>,
}

#[derive(Serialize, Default)]
struct Module<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    address: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    child_modules: Vec<Module<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    address: String,
    mode: Mode,
    r#type: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<Json>,
    provider_name: &'a str,
    schema_version: u64,
    values: Box<RawValue>,
    sensitive_values: Json,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    depends_on: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    tainted: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    deposed_key: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The state in one line, with a final newline.
///
/// # Errors
/// As [`objects::decode`].
pub(crate) fn state(snapshot: &Snapshot, registry: &Registry) -> Result<String, CommandError> {
    let empty = snapshot.is_empty();
    let values = (!empty).then(|| values(snapshot, registry)).transpose()?;
    let checks = snapshot.check_results.iter().flatten();
    let state = State {
        format_version: "1.0",
        terraform_version: (!empty).then_some(TERRAFORM_VERSION),
        values,
        checks: checks.map(check).collect(),
    };
    let text = serde_json::to_string(&state).map_err(|e| CommandError::Output(e.into()))?;
    Ok(escaped(&text) + "\n")
}

/// As Go escapes JSON. These characters only occur within strings.
fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn values<'a>(snapshot: &'a Snapshot, registry: &'a Registry) -> Result<Values<'a>, CommandError> {
    let named = snapshot.outputs.iter();
    let outputs = named.map(|(name, of)| Ok((name.as_str(), output(name, of)?)));
    let objects = objects::decode(snapshot, registry)?;
    let mut tree = Tree::default();
    for object in &objects {
        let resource = resource(object)?;
        let mut node = &mut tree;
        for step in &object.address.resource.module.0 {
            node = node.children.entry(step.clone()).or_default();
        }
        node.resources.push(resource);
    }
    Ok(Values {
        outputs: outputs.collect::<Result<_, CommandError>>()?,
        root_module: tree.module(&ModuleInstance::default()),
    })
}

#[derive(Default)]
struct Tree<'a> {
    resources: Vec<Resource<'a>>,
    children: BTreeMap<(trueup_value::Str, Option<InstanceKey>), Tree<'a>>,
}

impl<'a> Tree<'a> {
    fn module(self, at: &ModuleInstance) -> Module<'a> {
        let child = |(step, tree): (_, Tree<'a>)| {
            let mut path = at.clone();
            path.0.push(step);
            tree.module(&path)
        };
        Module {
            resources: self.resources,
            address: at.to_string(),
            child_modules: self.children.into_iter().map(child).collect(),
        }
    }
}

fn output(name: &str, output: &Output) -> Result<JsonOutput, CommandError> {
    let value = outputs::value(name, output)?;
    let raw = |text| RawValue::from_string(text).map_err(|e| CommandError::Output(e.into()));
    Ok(JsonOutput {
        sensitive: output.sensitive,
        value: raw(outputs::json(name, &value)?)?,
        r#type: raw(type_to_json(&value.ty()))?,
    })
}

fn resource<'a>(object: &Object<'a>) -> Result<Resource<'a>, CommandError> {
    let (plain, _) = object.value.unmark_deep();
    let text = to_json(&plain, &plain.ty());
    let values = text.ok().and_then(|text| RawValue::from_string(text).ok());
    let Some(values) = values else {
        return Err(CommandError::usage(
            "Unsupported state file format",
            format!(
                "The attributes of {} cannot be written as JSON.",
                object.address
            ),
        ));
    };
    Ok(Resource {
        address: object.address.to_string(),
        mode: object.resource.mode,
        r#type: &object.resource.resource_type,
        name: &object.resource.name,
        index: object.address.key.as_ref().map(index),
        provider_name: object.provider,
        // As Terraform writes it: of deposed objects it is not told.
        schema_version: match object.object.deposed.is_empty() {
            true => object.object.schema_version,
            false => 0,
        },
        values,
        sensitive_values: sensitive(&object.value, Some(&object.schema.block)),
        depends_on: &object.object.dependencies,
        tainted: object.object.status == Some(Status::Tainted),
        deposed_key: &object.object.deposed,
    })
}

/// What must not be shown of a value, as Terraform tells it: true for all of
/// it, or in the shape of the value, without what may be shown.
fn sensitive(value: &Value, block: Option<&Block>) -> Json {
    let (plain, marks) = value.unmarked();
    if marks.contains(Marks::SENSITIVE) {
        return Json::Bool(true);
    }
    if plain.is_null() || !plain.is_known() {
        return Json::Bool(false);
    }
    match plain {
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let elements = plain.elements();
            Json::Array(
                elements
                    .map(|(_, element)| sensitive(&element, block))
                    .collect(),
            )
        }
        Value::Map(_) | Value::Object(_) => {
            let mut shape = Map::new();
            for (key, element) in plain.elements() {
                let name = key.as_str().unwrap_or_default();
                let inner = member(name, &element, block);
                if inner != Json::Bool(false) {
                    shape.insert(name.to_owned(), inner);
                }
            }
            Json::Object(shape)
        }
        _ => Json::Bool(false),
    }
}

fn member(name: &str, value: &Value, block: Option<&Block>) -> Json {
    let attribute = block.and_then(|block| block.attributes.get(name));
    if attribute.is_some_and(|attribute| attribute.sensitive) {
        return Json::Bool(true);
    }
    if let Some(AttributeType::Nested(nested)) = attribute.map(|attribute| &attribute.ty) {
        let inner = Block {
            attributes: nested.attributes.clone(),
            ..Block::default()
        };
        return sensitive(value, Some(&inner));
    }
    let inner = block.and_then(|block| block.blocks.get(name));
    sensitive(value, inner.map(|nested| &nested.block))
}

#[derive(Serialize)]
struct Check {
    address: Json,
    status: CheckStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    instances: Vec<CheckInstance>,
}

#[derive(Serialize)]
struct CheckInstance {
    address: Json,
    status: CheckStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Json>,
}

fn check(results: &CheckResults) -> Check {
    let instance = |object: &CheckObject| CheckInstance {
        address: object_address(&object.object_addr),
        status: object.status,
        problems: {
            let messages = object.failure_messages.iter();
            messages.map(|m| json!({ "message": m })).collect()
        },
    };
    Check {
        address: config_address(results),
        status: results.status,
        instances: results.objects.iter().flatten().map(instance).collect(),
    }
}

fn config_address(results: &CheckResults) -> Json {
    let text = results.config_addr.as_str();
    let (module, rest) = module_prefix(text);
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: &str| {
        fields.insert(name.to_owned(), Json::from(value));
    };
    put("to_display", text);
    if !module.is_empty() {
        put("module", module);
    }
    let name = rest.rsplit('.').next().unwrap_or(rest);
    put("name", name);
    match results.object_kind.as_str() {
        "resource" => {
            let (mode, rest) = match rest.strip_prefix("data.") {
                Some(rest) => ("data", rest),
                None => ("managed", rest),
            };
            put("kind", "resource");
            put("mode", mode);
            put("type", rest.split('.').next().unwrap_or(rest));
        }
        "output" => put("kind", "output_value"),
        kind => put("kind", kind),
    }
    Json::Object(fields.into_iter().collect())
}

fn object_address(text: &str) -> Json {
    let (module, _) = module_prefix(text);
    let mut fields = BTreeMap::new();
    if let Ok(Target::Instance(AbsResourceInstance { key: Some(key), .. })) = address::parse(text) {
        fields.insert("instance_key", index(&key));
    }
    if !module.is_empty() {
        fields.insert("module", Json::from(module));
    }
    fields.insert("to_display", Json::from(text));
    Json::Object(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// The address of the module an address begins with, and the rest.
fn module_prefix(text: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = text.get(end..).filter(|rest| rest.starts_with("module.")) {
        let after = rest.get("module.".len()..).unwrap_or_default();
        let name = after.find(['.', '[']).unwrap_or(after.len());
        let mut length = "module.".len() + name;
        let key = after.get(name..).unwrap_or_default();
        if key.starts_with('[') {
            length += key.find("].").map_or(key.len(), |at| at + 1);
        }
        end += length + 1;
    }
    let module = text.get(..end.saturating_sub(1)).unwrap_or_default();
    (module, text.get(end..).unwrap_or_default())
}

fn index(key: &InstanceKey) -> Json {
    match key {
        InstanceKey::Int(index) => Json::from(*index),
        InstanceKey::String(key) => Json::from(key.as_str()),
    }
}
