//! The configuration, expressions as they were written.

use serde_json::{Map, Value as Json, json};
use trueup_sdk::{Attribute, Block};
use trueup_value::Type;

use super::{
    change::value_json,
    document::{About, put},
    expression::{depends_on, expression, expressions},
    providers::ProviderConfigs,
};
use crate::{
    address::ResourceMode,
    config::{ModuleCall, Output, Resource},
    load::{ModuleSource, NodeId},
    run::schema_of,
    validate::provisioner_schema,
};

/// `configuration`
pub(super) fn configuration(about: &About<'_>) -> Json {
    let providers = ProviderConfigs::new(about);
    let writer = Writer {
        about,
        providers: &providers,
    };
    let root = about.config.root();
    let mut shown = Map::new();
    put(&mut shown, "provider_config", providers.json());
    shown.insert("root_module".into(), writer.module(root));
    Json::Object(shown)
}

struct Writer<'a> {
    about: &'a About<'a>,
    providers: &'a ProviderConfigs,
}

impl Writer<'_> {
    fn module(&self, node: NodeId) -> Json {
        let module = &self.about.config.node(node).module;
        let mut shown = Map::new();
        let outputs = module.outputs.iter();
        let outputs = outputs.map(|(name, of)| (name.to_string(), output(of)));
        put(&mut shown, "outputs", Json::Object(outputs.collect()));
        let mut resources = Vec::new();
        for mode in [ResourceMode::Managed, ResourceMode::Data] {
            let of_mode = module.resources.values().filter(|r| r.address.mode == mode);
            let mut of_mode: Vec<&Resource> = of_mode.map(AsRef::as_ref).collect();
            of_mode.sort_by_cached_key(|resource| resource.address.to_string());
            resources.extend(of_mode.into_iter().map(|of| self.resource(node, of)));
        }
        put(&mut shown, "resources", Json::Array(resources));
        let children = &self.about.config.node(node).children;
        let calls = module.module_calls.iter().filter_map(|(name, call)| {
            let child = children.get(name)?;
            Some((name.to_string(), self.call(*child, call)))
        });
        put(&mut shown, "module_calls", Json::Object(calls.collect()));
        let variables = module.variables.iter().map(|(name, variable)| {
            let mut shown = Map::new();
            if let Some(default) = &variable.default {
                shown.insert("default".into(), value_json(default));
            }
            let description = variable.description.as_deref().unwrap_or_default();
            put(&mut shown, "description", json!(description));
            if variable.sensitive {
                shown.insert("sensitive".into(), json!(true));
            }
            (name.to_string(), Json::Object(shown))
        });
        put(&mut shown, "variables", Json::Object(variables.collect()));
        Json::Object(shown)
    }

    fn resource(&self, node: NodeId, resource: &Resource) -> Json {
        let address = &resource.address;
        let mut shown = Map::new();
        shown.insert("address".into(), json!(address.to_string()));
        let mode = match address.mode {
            ResourceMode::Managed => "managed",
            _ => "data",
        };
        shown.insert("mode".into(), json!(mode));
        shown.insert("type".into(), json!(address.kind.as_str()));
        shown.insert("name".into(), json!(address.name.as_str()));
        let path = &self.about.config.node(node).path;
        let (local, alias) = resource.provider_local();
        let key = self.providers.key_of(path, local, alias);
        shown.insert("provider_config_key".into(), json!(key));
        put(&mut shown, "provisioners", provisioners(resource));
        let source = resource.provider.as_ref();
        let provider = source.and_then(|source| self.about.schemas.provider(source));
        let schema = provider.and_then(|provider| schema_of(provider, address));
        if let Some(schema) = schema {
            let found = expressions(&resource.body, &schema.block);
            put(&mut shown, "expressions", Json::Object(found));
        }
        let version = schema.map_or(0, |schema| schema.version);
        shown.insert("schema_version".into(), json!(version));
        let (count, for_each) = (resource.count.as_ref(), resource.for_each.as_ref());
        repetition(
            &mut shown,
            count.map(|count| &count.expr),
            for_each.map(|each| &each.expr),
        );
        put(&mut shown, "depends_on", depends_on(&resource.depends_on));
        Json::Object(shown)
    }

    fn call(&self, child: NodeId, call: &ModuleCall) -> Json {
        let mut shown = Map::new();
        let source = match &call.source {
            Some(
                ModuleSource::Local(text)
                | ModuleSource::Registry(text)
                | ModuleSource::Remote(text),
            ) => text.as_str(),
            None => "",
        };
        put(&mut shown, "source", json!(source));
        let module = &self.about.config.node(child).module;
        let schema = Block {
            attributes: module
                .variables
                .keys()
                .map(|name| (name.clone(), Attribute::optional(Type::Dynamic)))
                .collect(),
            ..Block::default()
        };
        let found = expressions(&call.body, &schema);
        put(&mut shown, "expressions", Json::Object(found));
        repetition(
            &mut shown,
            call.count.as_ref().map(|count| &count.expr),
            call.for_each.as_ref().map(|each| &each.expr),
        );
        shown.insert("module".into(), self.module(child));
        let version = call.version.as_ref();
        let version = version.map(|version| version.constraints.to_string());
        put(
            &mut shown,
            "version_constraint",
            json!(version.unwrap_or_default()),
        );
        put(&mut shown, "depends_on", depends_on(&call.depends_on));
        Json::Object(shown)
    }
}

fn output(output: &Output) -> Json {
    let mut shown = Map::new();
    if output.sensitive {
        shown.insert("sensitive".into(), json!(true));
    }
    let value = output.value.as_ref();
    let value = value
        .map(|value| expression(&value.expr))
        .unwrap_or_default();
    shown.insert("expression".into(), Json::Object(value));
    put(&mut shown, "depends_on", depends_on(&output.depends_on));
    let description = output.description.as_deref().unwrap_or_default();
    put(&mut shown, "description", json!(description));
    Json::Object(shown)
}

fn provisioners(resource: &Resource) -> Json {
    let managed = resource.managed.iter();
    let provisioners = managed.flat_map(|managed| &managed.provisioners);
    let shown = provisioners.map(|provisioner| {
        let kind = provisioner.kind.name.as_str();
        let mut shown = Map::new();
        shown.insert("type".into(), json!(kind));
        let found = expressions(&provisioner.body, &provisioner_schema(kind));
        put(&mut shown, "expressions", Json::Object(found));
        Json::Object(shown)
    });
    Json::Array(shown.collect())
}

/// `count`, else `for_each`.
fn repetition(
    shown: &mut Map<String, Json>,
    count: Option<&trueup_syntax::ast::Expr>,
    for_each: Option<&trueup_syntax::ast::Expr>,
) {
    let count = count.map(expression).unwrap_or_default();
    if !count.is_empty() {
        put(shown, "count_expression", Json::Object(count));
        return;
    }
    let for_each = for_each.map(expression).unwrap_or_default();
    put(shown, "for_each_expression", Json::Object(for_each));
}
