//! How provider configurations are declared, required and passed.

use std::collections::{BTreeMap, HashMap};

use trueup_syntax::{Diagnostic, Diagnostics, Span};

use super::{Config, NodeId};
use crate::{
    address::{ProviderSource, provider_part, traversal_span},
    config::{Module, ModuleCall, PassedProvider},
};

/// Checks the whole tree; messages and places are Terraform's.
pub(super) fn check(config: &Config) -> Diagnostics {
    let mut checker = Checker {
        config,
        diagnostics: Diagnostics::default(),
        forbidden: HashMap::new(),
    };
    for (id, _) in config.nodes() {
        checker.check(id);
    }
    checker.diagnostics
}

struct Checker<'a> {
    config: &'a Config,
    diagnostics: Diagnostics,
    /// Modules that may not configure providers, and the argument that says so.
    forbidden: HashMap<NodeId, Span>,
}

type Passed<'a> = BTreeMap<String, &'a PassedProvider>;

/// What a module says about its provider configurations.
struct Declared<'a> {
    configured: BTreeMap<String, Span>,
    empty: BTreeMap<String, Span>,
    local_names: BTreeMap<&'a str, &'a ProviderSource>,
    aliases: BTreeMap<String, &'a ProviderSource>,
}

impl<'a> Declared<'a> {
    fn new(module: &'a Module) -> Self {
        let (mut configured, mut empty) = (BTreeMap::new(), BTreeMap::new());
        for (key, provider) in &module.provider_configs {
            let kind = if provider.version.is_none() && provider.body.is_empty() {
                &mut empty
            } else {
                &mut configured
            };
            kind.insert(key.clone(), provider.span);
        }
        let required = module.requirements.providers.values();
        let aliases = required.clone().flat_map(|required| {
            let aliases = required.aliases.iter();
            aliases.map(|alias| (alias.key(), &required.provider))
        });
        Declared {
            configured,
            empty,
            aliases: aliases.collect(),
            local_names: required.map(|r| (r.name.as_str(), &r.provider)).collect(),
        }
    }
}

impl<'a> Checker<'a> {
    fn error(&mut self, summary: &str, detail: String, span: Span) {
        self.diagnostics
            .push(Diagnostic::error(summary, detail, span));
    }

    fn warning(&mut self, summary: &str, detail: String, span: Span) {
        self.diagnostics
            .push(Diagnostic::warning(summary, detail, span));
    }

    fn check(&mut self, id: NodeId) {
        let config = self.config;
        let module = &config.node(id).module;
        let call = config.call(id);
        if let Some(span) = self.forbids_providers(id, call) {
            self.forbidden.insert(id, span);
        }
        let declared = Declared::new(module);
        self.duplicates(module);
        self.implied_names(module, &declared);
        let passed = call
            .map(|call| call.providers.as_slice())
            .unwrap_or_default();
        let passed: Passed<'_> = passed.iter().map(|p| (p.child.key(), p)).collect();
        self.outgoing(id, &declared, &passed);
        if let Some(call) = call {
            self.incoming(id, call, &declared, &passed);
            self.redundant(id, &declared);
        }
    }

    fn forbids_providers(&self, id: NodeId, call: Option<&ModuleCall>) -> Option<Span> {
        let call = call?;
        let (parent, _) = self.config.node(id).parent.as_ref()?;
        let repeated = call.count.as_ref().or(call.for_each.as_ref());
        let waits = || {
            let first = call.depends_on.first().map(traversal_span);
            call.depends_on_set.then(|| first.unwrap_or(call.span))
        };
        repeated
            .map(|attribute| attribute.expr.span)
            .or_else(waits)
            .or_else(|| self.forbidden.get(parent).copied())
    }

    fn duplicates(&mut self, module: &Module) {
        let mut seen: HashMap<&ProviderSource, &str> = HashMap::new();
        for required in module.requirements.providers.values() {
            let (provider, name) = (required.provider.display(), required.name.as_str());
            let implied = required.provider.kind.as_str();
            let mut configured = module
                .provider_configs
                .values()
                .map(|c| c.name.name.as_str());
            let detail = if let Some(first) = seen.get(&required.provider) {
                Some(format!(
                    "Provider {provider} with the local name \"{name}\" was previously required as \"{first}\". A provider can only be required once within required_providers."
                ))
            } else if required.provider.is_official()
                && name != implied
                && configured.any(|config| config == implied)
            {
                Some(format!(
                    "Provider {provider} with the local name \"{name}\" was implicitly required via a configuration block as \"{implied}\". The provider configuration block name must match the name used in required_providers."
                ))
            } else {
                None
            };
            if let Some(detail) = detail {
                self.warning("Duplicate required provider", detail, required.span);
            }
            seen.insert(&required.provider, name);
        }
    }

    fn implied_names(&mut self, module: &Module, declared: &Declared<'_>) {
        for resource in module
            .resources
            .values()
            .filter(|r| r.provider_ref.is_none())
        {
            let local = resource.address.implied_provider();
            if let Err(reason) = provider_part(local) {
                let detail =
                    format!("\"{local}\" is an invalid implied provider local name: {reason}");
                self.error("Invalid provider local name", detail, resource.span);
                continue;
            }
            if declared.local_names.contains_key(local) {
                continue;
            }
            let implied = ProviderSource::implied(local);
            for (name, _) in declared.local_names.iter().filter(|(_, p)| ***p == implied) {
                let address = &resource.address;
                let detail = format!(
                    "Provider \"{implied}\" was implicitly required via resource \"{address}\", but listed in required_providers as \"{name}\". Either the local name in required_providers must match the resource name, or the \"{name}\" provider must be assigned within the resource block."
                );
                self.warning("Duplicate required provider", detail, resource.span);
            }
        }
    }

    /// What the module passes to those it calls.
    fn outgoing(&mut self, id: NodeId, declared: &Declared<'_>, passed_in: &Passed<'_>) {
        let node = self.config.node(id);
        let (here, parent) = (node.path.display(), node.path.parent().display());
        let calls = node.module.module_calls.values();
        for passed in calls.flat_map(|call| &call.providers) {
            if passed.parent.alias.is_some() {
                continue;
            }
            let name = passed.parent.name.name.as_str();
            let official = ProviderSource::official(name).display();
            let configured = declared.configured.contains_key(name);
            if !configured && !declared.local_names.contains_key(name) {
                let detail = format!(
                    "There is no explicit declaration for local provider name \"{name}\" in {here}, so Terraform is assuming you mean to pass a configuration for provider \"{official}\".\n\nTo clarify your intent and silence this warning, add to {parent} a required_providers entry named \"{name}\" with source = \"{official}\", or a different source address if appropriate."
                );
                let span = passed.parent.name.span;
                self.warning("Reference to undefined provider", detail, span);
                continue;
            }
            let Some(call) = self.config.call(id) else {
                continue;
            };
            if !configured && !passed_in.contains_key(name) {
                let detail = format!(
                    "The configuration for {here} expects to inherit a configuration for provider {official} with local name \"{name}\", but {parent} doesn't pass a configuration under that name.\n\nTo satisfy this requirement, add an entry for \"{name}\" to the \"providers\" argument in the module \"{}\" block.",
                    call.name.name
                );
                self.warning("Missing required provider configuration", detail, call.span);
            }
        }
    }

    /// What the module is passed.
    fn incoming(
        &mut self,
        id: NodeId,
        call: &ModuleCall,
        declared: &Declared<'_>,
        passed_in: &Passed<'_>,
    ) {
        let node = self.config.node(id);
        let (here, parent) = (node.path.display(), node.path.parent().display());
        let forbidden = self.forbidden.get(&id).copied();
        if let Some(span) = forbidden.filter(|_| !declared.configured.is_empty()) {
            let source = call
                .source
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let detail = format!(
                "The module at {here} is a legacy module which contains its own local provider configurations, and so calls to it may not use the count, for_each, or depends_on arguments.\n\nIf you also control the module \"{source}\", consider updating this module to instead expect provider configurations to be passed by its caller."
            );
            self.error(
                "Module is incompatible with count, for_each, and depends_on",
                detail,
                span,
            );
        }
        for name in declared.configured.keys() {
            if let Some(passed) = passed_in.get(name) {
                let detail = format!(
                    "The configuration of {here} has its own local configuration for {name}, and so it cannot accept an overridden configuration provided by {parent}."
                );
                let span = passed.child.name.span;
                self.error("Cannot override provider configuration", detail, span);
            }
        }
        for (name, provider) in &declared.aliases {
            if declared.configured.contains_key(name) || passed_in.contains_key(name) {
                continue;
            }
            let provider = provider.display();
            let detail = format!(
                "The child module requires an additional configuration for provider {provider}, with the local name \"{name}\".\n\nRefer to the module's documentation to understand the intended purpose of this additional provider configuration, and then add an entry for {name} in the \"providers\" meta-argument in the module block to choose which provider configuration the module should use for that purpose."
            );
            self.error("Missing required provider configuration", detail, call.span);
        }
        for (name, passed) in passed_in {
            self.passed_provider(id, name, passed, declared);
        }
    }

    fn passed_provider(
        &mut self,
        id: NodeId,
        name: &str,
        passed: &PassedProvider,
        declared: &Declared<'_>,
    ) {
        let node = self.config.node(id);
        let here = node.path.display();
        let child_name = passed.child.name.name.as_str();
        let known = declared
            .aliases
            .get(name)
            .or_else(|| declared.local_names.get(name));
        let provider = match known {
            Some(provider) => (*provider).clone(),
            None => ProviderSource::official(child_name),
        };
        if known.is_none() && !declared.empty.contains_key(name) {
            const SUMMARY: &str = "Reference to undefined provider";
            let (shown, span) = (provider.display(), passed.child.name.span);
            if provider.is_official() {
                self.warning(SUMMARY, format!("There is no explicit declaration for local provider name \"{name}\" in {here}, so Terraform is assuming you mean to pass a configuration for \"{shown}\".\n\nIf you also control the child module, add a required_providers entry named \"{name}\" with the source address \"{shown}\"."), span);
            } else {
                self.error(SUMMARY, format!("The child module does not declare any provider requirement with the local name \"{name}\".\n\nIf you also control the child module, you can add a required_providers entry named \"{name}\" with the source address \"{shown}\" to accept this provider configuration."), span);
            }
        }
        let Some((parent_id, _)) = &node.parent else {
            return;
        };
        let parent_module = &self.config.node(*parent_id).module;
        let parent_name = &passed.parent.name.name;
        let given = match parent_module.requirements.providers.get(parent_name) {
            Some(required) => required.provider.clone(),
            None => ProviderSource::official(parent_name),
        };
        if given != provider {
            self.mismatch(id, passed, declared, [&given, &provider]);
        }
    }

    fn mismatch(
        &mut self,
        id: NodeId,
        passed: &PassedProvider,
        declared: &Declared<'_>,
        [given, wanted]: [&ProviderSource; 2],
    ) {
        const SUMMARY: &str = "Provider type mismatch";
        let path = &self.config.node(id).path;
        let (here, above) = (path.display(), path.parent().display());
        let other = declared
            .local_names
            .iter()
            .find(|(_, source)| **source == given);
        let (given, wanted) = (given.display(), wanted.display());
        let (child, parent) = (&passed.child, &passed.parent);
        match other {
            Some((other, _)) => {
                let detail = format!(
                    "The assigned configuration is for provider \"{given}\", but local name \"{}\" in {above} represents \"{wanted}\".\n\nTo pass this configuration to the child module, use the local name \"{other}\" instead.",
                    child.name.name
                );
                self.error(SUMMARY, detail, child.name.span);
            }
            None => {
                let detail = format!(
                    "The local name \"{parent}\" in {above} represents provider \"{given}\", but \"{child}\" in {here} represents \"{wanted}\".\n\nEach provider has its own distinct configuration schema and provider types, so this module's \"{child}\" can be assigned only a configuration for {wanted}, which is not required by {here}."
                );
                self.error(SUMMARY, detail, parent.name.span);
            }
        }
    }

    /// Empty provider blocks, as modules once declared their needs.
    fn redundant(&mut self, id: NodeId, declared: &Declared<'_>) {
        let here = self.config.node(id).path.display();
        let mut by_name: BTreeMap<&str, Vec<(&String, Span)>> = BTreeMap::new();
        for (key, span) in &declared.empty {
            let name = key.split_once('.').map_or(key.as_str(), |(name, _)| name);
            by_name.entry(name).or_default().push((key, *span));
        }
        for (name, configs) in by_name {
            let source = match declared.local_names.get(name) {
                Some(source) => source.display(),
                None => ProviderSource::official(name).display(),
            };
            let mut detail = format!(
                "Earlier versions of Terraform used empty provider blocks (\"proxy provider configurations\") for child modules to declare their need to be passed a provider configuration by their callers. That approach was ambiguous and is now deprecated.\n\nIf you control this module, you can migrate to the new declaration syntax by removing all of the empty provider \"{name}\" blocks and then adding or updating an entry like the following to the required_providers block of {here}:\n    {name} = {{\n      source = \"{source}\"\n"
            );
            if configs.iter().any(|(key, _)| key.as_str() != name) {
                detail.push_str("      configuration_aliases = [\n");
                for (key, _) in &configs {
                    detail.push_str(&format!("        {key},\n"));
                }
                detail.push_str("      ]\n");
            }
            detail.push_str("    }");
            if let Some((_, span)) = configs.iter().min_by_key(|(_, span)| *span) {
                self.warning("Redundant empty provider block", detail, *span);
            }
        }
    }
}
