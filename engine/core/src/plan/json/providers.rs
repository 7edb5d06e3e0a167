//! Provider configurations by the keys under which resources name them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::{
    document::{About, put},
    expression::expressions,
};
use crate::{
    address::{ModulePath, ProviderSource},
    config::provider_key,
    load::NodeId,
    version::Constraints,
};

/// The configurations of all modules.
pub(super) struct ProviderConfigs {
    configs: BTreeMap<String, Config>,
}

struct Config {
    shown: Map<String, Json>,
    full_name: String,
    /// The configuration of a calling module that this one stands for.
    source: Option<String>,
}

impl ProviderConfigs {
    pub(super) fn new(about: &About<'_>) -> Self {
        let mut configs = ProviderConfigs {
            configs: BTreeMap::new(),
        };
        configs.gather(about, about.config.root());
        configs
    }

    /// `provider_config`: those that stand for themselves.
    pub(super) fn json(&self) -> Json {
        let own = self
            .configs
            .iter()
            .filter(|(_, config)| config.source.is_none());
        let own = own.map(|(key, config)| (key.clone(), Json::Object(config.shown.clone())));
        Json::Object(own.collect())
    }

    /// The key of the configuration a local name stands for in a module.
    pub(super) fn key_of(&self, module: &ModulePath, local: &str, alias: Option<&str>) -> String {
        let key = opaque(&provider_key(local, alias), module);
        let source = self
            .configs
            .get(&key)
            .and_then(|config| config.source.clone());
        source
            .filter(|source| self.configs.contains_key(source))
            .unwrap_or(key)
    }

    fn gather(&mut self, about: &About<'_>, node: NodeId) {
        self.declared(about, node);
        self.required(about, node);
        self.implied(about, node);
        let place = about.config.node(node);
        for (name, child) in &place.children {
            let Some(call) = place.module.module_calls.get(name) else {
                continue;
            };
            let called = about.config.node(*child);
            for passed in &call.providers {
                let source = called.module.provider_for(&passed.child.name.name);
                let key = opaque(&passed.child.key(), &called.path);
                let parent = opaque(&passed.parent.key(), &place.path);
                let parent = self.source_of(&parent, &source);
                let name = passed.child.key();
                self.put(key, &name, &source, &called.path, parent, Map::new());
            }
            self.gather(about, *child);
        }
    }

    /// Those with a `provider` block.
    fn declared(&mut self, about: &About<'_>, node: NodeId) {
        let place = about.config.node(node);
        for (local, config) in &place.module.provider_configs {
            let source = place.module.provider_for(&config.name.name);
            let mut more = Map::new();
            put(
                &mut more,
                "alias",
                json!(config.alias.as_deref().unwrap_or_default()),
            );
            if let Some(provider) = about.schemas.provider(&source) {
                let block = &provider.schema().provider.block;
                put(
                    &mut more,
                    "expressions",
                    Json::Object(expressions(&config.body, block)),
                );
            }
            self.constrain(&mut more, about, node, &source);
            let key = opaque(local, &place.path);
            self.put(key, &config.name.name, &source, &place.path, None, more);
        }
    }

    /// Those of `required_providers` without a block.
    fn required(&mut self, about: &About<'_>, node: NodeId) {
        let place = about.config.node(node);
        for (local, required) in &place.module.requirements.providers {
            let aliases = required.aliases.iter().map(ToString::to_string);
            for (name, is_alias) in aliases
                .map(|alias| (alias, true))
                .chain([(local.to_string(), false)])
            {
                let key = opaque(&name, &place.path);
                if self.configs.contains_key(&key) {
                    continue;
                }
                let parent = match is_alias {
                    true => None,
                    false => self.inherited(about, node, local, &required.provider),
                };
                let mut more = Map::new();
                self.constrain(&mut more, about, node, &required.provider);
                self.put(key, local, &required.provider, &place.path, parent, more);
            }
        }
    }

    /// Those that resources imply, and blocks with an alias.
    fn implied(&mut self, about: &About<'_>, node: NodeId) {
        let place = about.config.node(node);
        let of_resources = place.module.resources.values();
        let of_blocks = place.module.provider_configs.values();
        let sources: BTreeSet<&ProviderSource> = of_resources
            .filter_map(|resource| resource.provider.as_ref())
            .chain(of_blocks.filter_map(|config| config.provider.as_ref()))
            .collect();
        for source in sources {
            let local = source.kind.as_str();
            let key = opaque(local, &place.path);
            if self.configs.contains_key(&key) {
                continue;
            }
            let parent = self.inherited(about, node, local, source);
            self.put(key, local, source, &place.path, parent, Map::new());
        }
    }

    fn inherited(
        &self,
        about: &About<'_>,
        node: NodeId,
        local: &str,
        source: &ProviderSource,
    ) -> Option<String> {
        let (parent, _) = about.config.node(node).parent.as_ref()?;
        let key = opaque(local, &about.config.node(*parent).path);
        self.source_of(&key, source)
    }

    /// The configuration that one stands for, if it is of that provider.
    fn source_of(&self, key: &str, source: &ProviderSource) -> Option<String> {
        let config = self.configs.get(key)?;
        let same = config.full_name == source.to_string();
        same.then(|| config.source.clone().unwrap_or_else(|| key.to_owned()))
    }

    fn constrain(
        &self,
        more: &mut Map<String, Json>,
        about: &About<'_>,
        node: NodeId,
        source: &ProviderSource,
    ) {
        let module = &about.config.node(node).module;
        let required = module.requirements.providers.values();
        let required = required.filter(|required| required.provider == *source);
        let blocks = module.provider_configs.values();
        let blocks = blocks.filter(|config| config.provider.as_ref() == Some(source));
        let versions = required
            .filter_map(|required| required.version.as_ref())
            .chain(blocks.filter_map(|config| config.version.as_ref()));
        let constraints = versions.flat_map(|version| version.constraints.0.iter().cloned());
        let constraints = Constraints(constraints.collect());
        put(more, "version_constraint", json!(constraints.canonical()));
    }

    fn put(
        &mut self,
        key: String,
        name: &str,
        source: &ProviderSource,
        module: &ModulePath,
        parent: Option<String>,
        more: Map<String, Json>,
    ) {
        let full_name = source.to_string();
        let mut shown = more;
        shown.insert("name".into(), json!(name));
        shown.insert("full_name".into(), json!(full_name));
        put(&mut shown, "module_address", json!(module.to_string()));
        let config = Config {
            shown,
            full_name,
            source: parent,
        };
        self.configs.insert(key, config);
    }
}

/// A key that is unique in the whole configuration.
fn opaque(provider: &str, module: &ModulePath) -> String {
    match module.is_root() {
        true => provider.to_owned(),
        false => format!("{module}:{provider}"),
    }
}
