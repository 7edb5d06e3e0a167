//! The values of all objects, module by module: as they will be, and as they
//! were.

use std::{cmp::Ordering, collections::BTreeMap};

use serde_json::{Map, Value as Json, json};
use trueup_value::{
    Marks, Str, Value,
    json::{from_json, type_to_json},
};

use super::{
    change::{known_json, sensitive_json, value_json},
    document::{About, put},
};
use crate::{
    address::{AbsResourceInstance, InstanceKey, ModuleInstance, ResourceMode},
    diff::mark_sensitive,
    plan::{Action, Plan, parse_provider},
    run::schema_of,
    state::{Attributes, Object, sensitive_paths},
    validate::Schemas,
};

/// `planned_values`
pub(super) fn planned(plan: &Plan, schemas: &dyn Schemas) -> Json {
    let mut tree = Tree::default();
    let kept = plan.changes.iter();
    let kept = kept.filter(|change| change.action != Action::Delete && change.deposed.is_none());
    for change in kept {
        let mut resource = header(&change.address, &change.provider);
        let version = schema_version(&change.address, &change.provider, schemas);
        resource.insert("schema_version".into(), json!(version));
        let (after, _) = change.after.unmark_deep();
        put(&mut resource, "values", known_json(&after));
        let sensitive = sensitive_json(&change.after);
        let nothing = if change.after.is_null() {
            json!(false)
        } else {
            json!({})
        };
        resource.insert("sensitive_values".into(), sensitive.unwrap_or(nothing));
        tree.add(&change.address.resource.module, resource);
    }
    let mut values = Map::new();
    let outputs = plan.outputs.iter();
    let outputs = outputs.filter(|(_, change)| change.action != Action::Delete);
    let outputs = outputs.map(|(name, change)| {
        let before = change.before.deep_marks();
        let (after, marks) = change.after.unmark_deep();
        let sensitive = (marks | before).contains(Marks::SENSITIVE);
        (name.to_string(), output(&after, sensitive))
    });
    put(&mut values, "outputs", Json::Object(outputs.collect()));
    let mut root = tree;
    root.sort();
    values.insert(
        "root_module".into(),
        root.module(&ModuleInstance::default()),
    );
    Json::Object(values)
}

/// `prior_state`; null for none.
pub(super) fn prior(plan: &Plan, about: &About<'_>) -> Json {
    let state = &plan.prior;
    if state.resources.is_empty() && state.outputs.is_empty() {
        return Json::Null;
    }
    let mut tree = Tree::default();
    for (address, resource) in &state.resources {
        for (key, instance) in &resource.instances {
            let address = AbsResourceInstance {
                resource: address.clone(),
                key: key.clone(),
            };
            let current = instance.current.iter().map(|object| (None, object));
            let deposed = instance.deposed.iter();
            let deposed = deposed.map(|(key, object)| (Some(key), object));
            for (deposed, object) in current.chain(deposed) {
                let mut shown = header(&address, &resource.provider);
                let value = attributes(object, &address, &resource.provider, about.schemas);
                state_object(&mut shown, object, &value, deposed);
                tree.add(&address.resource.module, shown);
            }
        }
    }
    let mut values = Map::new();
    let outputs = state.outputs.iter().map(|(name, value)| {
        let (bare, marks) = value.unmark_deep();
        let sensitive = marks.contains(Marks::SENSITIVE);
        (name.to_string(), output(&bare, sensitive))
    });
    put(&mut values, "outputs", Json::Object(outputs.collect()));
    values.insert(
        "root_module".into(),
        tree.module(&ModuleInstance::default()),
    );
    let mut prior = Map::new();
    prior.insert("format_version".into(), json!("1.0"));
    prior.insert("terraform_version".into(), json!(about.terraform_version));
    prior.insert("values".into(), Json::Object(values));
    Json::Object(prior)
}

fn state_object(
    shown: &mut Map<String, Json>,
    object: &Object,
    value: &Value,
    deposed: Option<&Str>,
) {
    // As Terraform writes it: of deposed objects it is not told.
    let version = deposed.map_or(object.schema_version, |_| 0);
    shown.insert("schema_version".into(), json!(version));
    shown.insert("values".into(), value_json(value));
    let sensitive = sensitive_json(value).unwrap_or(json!({}));
    shown.insert("sensitive_values".into(), sensitive);
    let dependencies: Vec<&str> = object.dependencies.iter().map(Str::as_str).collect();
    put(shown, "depends_on", json!(dependencies));
    if object.tainted {
        shown.insert("tainted".into(), json!(true));
    }
    if let Some(key) = deposed {
        shown.insert("deposed_key".into(), json!(key.as_str()));
    }
}

/// The attributes of an object, also of one that no run has touched.
fn attributes(
    object: &Object,
    address: &AbsResourceInstance,
    provider: &str,
    schemas: &dyn Schemas,
) -> Value {
    let stored = match &object.attributes {
        Attributes::Known(value) => return value.clone(),
        Attributes::Stored(stored) => stored,
    };
    let decoded = || {
        let (_, source, _) = parse_provider(provider)?;
        let schema = schema_of(schemas.provider(&source)?, &address.resource.resource)?;
        let text = stored.attributes.as_ref()?.get();
        let value = from_json(text, &schema.block.implied_type()).ok()?;
        let sensitive = stored.sensitive_attributes.as_ref();
        let marks = sensitive.map_or_else(Vec::new, |json| sensitive_paths(json.get()));
        Some(mark_sensitive(
            &schema.block,
            &value.mark_with_paths(&marks),
        ))
    };
    decoded().unwrap_or_else(Value::empty_object)
}

fn header(address: &AbsResourceInstance, provider: &str) -> Map<String, Json> {
    let resource = &address.resource.resource;
    let mode = match resource.mode {
        ResourceMode::Managed => "managed",
        _ => "data",
    };
    let mut header = Map::new();
    header.insert("address".into(), json!(address.to_string()));
    header.insert("mode".into(), json!(mode));
    header.insert("type".into(), json!(resource.kind.as_str()));
    header.insert("name".into(), json!(resource.name.as_str()));
    match &address.key {
        Some(InstanceKey::Int(index)) => header.insert("index".into(), json!(index)),
        Some(InstanceKey::String(key)) => header.insert("index".into(), json!(key.as_str())),
        None => None,
    };
    let source = parse_provider(provider).map(|(_, source, _)| source.to_string());
    let source = source.unwrap_or_default();
    header.insert("provider_name".into(), json!(source));
    header
}

fn schema_version(address: &AbsResourceInstance, provider: &str, schemas: &dyn Schemas) -> u64 {
    let found = parse_provider(provider).and_then(|(_, source, _)| {
        let schema = schema_of(schemas.provider(&source)?, &address.resource.resource)?;
        Some(schema.version)
    });
    found.unwrap_or_default()
}

/// A value and its type, where they are known.
fn output(value: &Value, sensitive: bool) -> Json {
    let mut shown = Map::new();
    shown.insert("sensitive".into(), json!(sensitive));
    if value.is_wholly_known() {
        let ty: Option<Json> = serde_json::from_str(&type_to_json(&value.ty())).ok();
        shown.insert("type".into(), ty.unwrap_or_default());
        shown.insert("value".into(), value_json(value));
    }
    Json::Object(shown)
}

/// Resources by module.
#[derive(Default)]
struct Tree {
    resources: Vec<Map<String, Json>>,
    children: BTreeMap<(Str, Option<InstanceKey>), Tree>,
}

impl Tree {
    fn add(&mut self, module: &ModuleInstance, resource: Map<String, Json>) {
        let mut tree = self;
        for step in &module.0 {
            tree = tree.children.entry(step.clone()).or_default();
        }
        tree.resources.push(resource);
    }

    /// By the text of the address, as planned values are.
    fn sort(&mut self) {
        self.resources.sort_by(by_address);
        self.children.values_mut().for_each(Tree::sort);
    }

    fn module(self, at: &ModuleInstance) -> Json {
        let children = self.children.into_iter().map(|(step, tree)| {
            let mut path = at.clone();
            path.0.push(step);
            tree.module(&path)
        });
        let children: Vec<Json> = children.collect();
        let resources = self.resources.into_iter().map(Json::Object).collect();
        let mut module = Map::new();
        put(&mut module, "resources", Json::Array(resources));
        put(&mut module, "address", json!(at.to_string()));
        put(&mut module, "child_modules", Json::Array(children));
        Json::Object(module)
    }
}

fn by_address(a: &Map<String, Json>, b: &Map<String, Json>) -> Ordering {
    let address =
        |of: &Map<String, Json>| of.get("address").and_then(Json::as_str).map(str::to_owned);
    address(a).cmp(&address(b))
}
