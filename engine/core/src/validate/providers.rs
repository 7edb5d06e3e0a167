//! Whether there are the providers a configuration needs, and their
//! configurations.

use std::collections::{BTreeSet, HashSet};

use trueup_syntax::{Diagnostic, Diagnostics, Span, suggest::nearest_name};

use super::{
    Environment, Findings, Item, ModuleScope, block::decode_block, provisioner, resource,
    without_place,
};
use crate::{
    address::ProviderSource,
    config::{Resource, provider_key},
    load::{Config, NodeId},
};

/// Providers and provisioners that do not exist here, each reported once,
/// and references to provider configurations nobody declares.
pub(super) fn check(config: &Config, environment: &Environment<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let mut seen = BTreeSet::new();
    for (id, node) in config.nodes() {
        let module = &node.module;
        let resources = module.resources.values();
        let used = resources.filter_map(|r| Some((r.provider.as_ref()?, r.span)));
        let configs = module.provider_configs.values();
        let configured = configs.filter_map(|c| Some((c.provider.as_ref()?, c.span)));
        let required = module
            .requirements
            .providers
            .values()
            .map(|r| (&r.provider, r.span));
        for (source, span) in required.chain(configured).chain(used) {
            if environment.schemas.provider(source).is_none() && seen.insert(source.clone()) {
                diagnostics.push(missing(source, span, environment));
            }
        }
        let managed = module.resources.values().filter_map(|r| r.managed.as_ref());
        for used in managed.flat_map(|managed| &managed.provisioners) {
            let kind = used.kind.name.as_str();
            if !provisioner::KINDS.contains(&kind) {
                diagnostics.push(missing_provisioner(kind, used.kind.span));
            }
        }
        undeclared_configs(config, id, &mut diagnostics);
    }
    diagnostics
}

fn missing(source: &ProviderSource, span: Span, environment: &Environment<'_>) -> Diagnostic {
    let there: Vec<String> = environment
        .schemas
        .sources()
        .iter()
        .map(ProviderSource::display)
        .collect();
    Diagnostic::error(
        "Missing required provider",
        format!(
            "This configuration requires provider {source}, but that provider isn't available. Providers are built into this program; there is nothing to install. Built in are: {}.",
            there.join(", ")
        ),
        span,
    )
}

fn missing_provisioner(kind: &str, span: Span) -> Diagnostic {
    let near = nearest_name(kind, provisioner::KINDS);
    Diagnostic::error(
        "Missing required provisioner plugin",
        format!(
            "This configuration requires provisioner plugin \"{kind}\", which isn't available. If you're intending to use an external provisioner plugin, you must install it manually into one of the plugin search directories before running Terraform."
        ),
        span,
    )
    .hints(near.map(|near| format!("did you mean `{near}`?")))
}

/// Resources whose `provider` argument names an alias nobody declares.
fn undeclared_configs(config: &Config, id: NodeId, diagnostics: &mut Diagnostics) {
    let node = config.node(id);
    let module = &node.module;
    for resource in module.resources.values() {
        let Some(reference) = &resource.provider_ref else {
            continue;
        };
        let Some(alias) = &reference.alias else {
            continue;
        };
        let key = reference.key();
        let required = module.requirements.providers.get(&reference.name.name);
        let accepted = required.is_some_and(|r| r.aliases.iter().any(|a| a.key() == key));
        let passed = config
            .call(id)
            .is_some_and(|call| call.providers.iter().any(|p| p.child.key() == key));
        if accepted || passed || module.provider_configs.contains_key(&key) {
            continue;
        }
        let address = match node.path.is_root() {
            true => resource.address.to_string(),
            false => format!("{}.{}", node.path, resource.address),
        };
        let source = resource
            .provider
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let prefix = match node.path.is_root() {
            true => String::new(),
            false => format!("{}.", node.path),
        };
        let provider = format!("{prefix}provider[\"{source}\"].{}", alias.name);
        diagnostics.push(
            without_place(
                "Provider configuration not present",
                format!(
                    "To work with {address} its original provider configuration at {provider} is required, but it has been removed. This occurs when a provider configuration is removed while objects created by that provider still exist in the state. Re-add the provider configuration to destroy {address}, after which you can remove the provider configuration again."
                ),
            )
            .hint(format!("declare `provider \"{}\"` with `alias = \"{}\"`", reference.name.name, alias.name)),
        );
    }
}

/// The `provider` block a resource is governed by: its module, and which of
/// that module's. `None` if nothing is configured.
pub(crate) fn config_of(
    config: &Config,
    mut id: NodeId,
    resource: &Resource,
) -> Option<(NodeId, usize)> {
    let (name, alias) = resource.provider_local();
    let mut key = provider_key(name, alias);
    let mut default = alias.is_none();
    loop {
        let node = config.node(id);
        let call = config.call(id);
        let mut passed = call.into_iter().flat_map(|call| &call.providers);
        let passed = passed.find(|p| p.child.key() == key);
        // An empty block beside what is passed in only says that it is wanted.
        if passed.is_none()
            && let Some(index) = node.module.provider_configs.get_index_of(&key)
        {
            return Some((id, index));
        }
        let (parent, _) = node.parent.as_ref()?;
        if let Some(passed) = passed {
            key = passed.parent.key();
            default = passed.parent.alias.is_none();
        } else if default {
            let mut configs = config.node(*parent).module.provider_configs.iter();
            let same = configs.find(|(_, c)| c.alias.is_none() && c.provider == resource.provider);
            if let Some((name, _)) = same {
                key = name.clone();
            }
        } else {
            return None;
        }
        id = *parent;
    }
}

/// The `provider` blocks that govern a resource; others are never evaluated.
pub(super) fn used_configs(config: &Config) -> HashSet<(NodeId, usize)> {
    let mut used = HashSet::new();
    for (id, node) in config.nodes() {
        let resources = node.module.resources.values();
        used.extend(resources.filter_map(|resource| config_of(config, id, resource)));
    }
    used
}

/// Judges the `provider` blocks of a module against the providers' schemas.
pub(super) fn check_configs(
    scope: &ModuleScope<'_>,
    used: &HashSet<(NodeId, usize)>,
    findings: &mut Findings,
) {
    for (index, config) in scope.module().provider_configs.values().enumerate() {
        if !used.contains(&(scope.id, index)) {
            continue;
        }
        let Some(source) = &config.provider else {
            continue;
        };
        let Some(provider) = scope.environment.schemas.provider(source) else {
            continue;
        };
        if config.body.is_empty() {
            // What is not configured may still be configured by other means.
            continue;
        }
        let schema = &provider.schema().provider.block;
        let (value, mut diagnostics) = decode_block(&scope.view(), &config.body, schema);
        if !diagnostics.has_errors() {
            let (bare, _) = value.unmark_deep();
            let problems = provider.validate_provider(&bare).into_iter();
            let located = problems.map(|p| resource::located(p, &config.body, config.span));
            diagnostics.0.extend(located);
        }
        findings.add(scope.id, Item::Provider(index), diagnostics);
    }
}
