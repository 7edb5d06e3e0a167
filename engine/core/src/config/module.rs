//! The files of a module put together.

use std::{path::PathBuf, sync::Arc};

use indexmap::IndexMap;
use trueup_syntax::{Diagnostic, Diagnostics, SourceMap, Span};
use trueup_value::Str;

use super::{
    Backend, Check, Cloud, Decoder, File, Import, Local, ModuleCall, Moved, Output, ProviderConfig,
    ProviderMeta, Removed, Requirements, Resource, Variable, VersionRequirement,
};
use crate::address::{ProviderSource, Resource as Address, ResourceMode};

/// A module: everything its files declare.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The directory it was read from.
    pub dir: PathBuf,
    /// What versions of Terraform will do.
    pub core_versions: Vec<VersionRequirement>,
    /// Where state is kept.
    pub backend: Option<Backend>,
    /// The `cloud` block.
    pub cloud: Option<Cloud>,
    /// The providers it needs.
    pub requirements: Requirements,
    /// `provider` blocks by `name` or `name.alias`.
    pub provider_configs: IndexMap<String, ProviderConfig>,
    /// `provider_meta` blocks by provider.
    pub provider_metas: IndexMap<ProviderSource, ProviderMeta>,
    /// Input variables.
    pub variables: IndexMap<Str, Variable>,
    /// Local values.
    pub locals: IndexMap<Str, Local>,
    /// Output values.
    pub outputs: IndexMap<Str, Output>,
    /// Calls of other modules.
    pub module_calls: IndexMap<Str, ModuleCall>,
    /// Resources of all modes, also those within `check` blocks.
    pub resources: IndexMap<Address, Arc<Resource>>,
    /// `moved` blocks.
    pub moved: Vec<Moved>,
    /// `import` blocks.
    pub imports: Vec<Import>,
    /// `removed` blocks.
    pub removed: Vec<Removed>,
    /// `check` blocks.
    pub checks: IndexMap<Str, Check>,
}

impl Module {
    /// Puts a module together from its files, and then what override files
    /// change in it.
    pub fn new(
        dir: PathBuf,
        files: Vec<File>,
        overrides: Vec<File>,
        sources: &SourceMap,
    ) -> (Self, Diagnostics) {
        let mut decoder = Decoder::new(sources);
        let mut module = Module {
            dir,
            ..Module::default()
        };
        module.gather_requirements(&files, &overrides, &mut decoder);
        for file in files {
            module.append(file, &mut decoder);
        }
        for file in overrides {
            module.merge(file, &mut decoder);
        }
        module.resolve_providers();
        let place = |span| decoder.place(span);
        let duplicates = super::import::duplicates(&module.imports, place);
        decoder.diagnostics.extend(duplicates);
        let declared =
            |import: &Import| module.resources.get(&import.to.resource).map(AsRef::as_ref);
        let contradictions = super::import::contradictions(&module.imports, declared);
        decoder.diagnostics.extend(contradictions);
        (module, decoder.diagnostics)
    }

    /// The provider a local name stands for in this module.
    pub fn provider_for(&self, local_name: &str) -> ProviderSource {
        let required = self.requirements.providers.get(local_name);
        required.map_or_else(
            || ProviderSource::implied(local_name),
            |required| required.provider.clone(),
        )
    }

    fn gather_requirements(
        &mut self,
        files: &[File],
        overrides: &[File],
        decoder: &mut Decoder<'_>,
    ) {
        for requirements in files.iter().flat_map(|file| &file.requirements) {
            if let Some(first) = self.requirements.span {
                let place = decoder.place(first);
                decoder.error(
                    "Duplicate required providers configuration",
                    format!(
                        "A module may have only one required providers configuration. The required providers were previously configured at {place}."
                    ),
                    requirements.span.unwrap_or(first),
                );
            } else {
                self.requirements = requirements.clone();
            }
        }
        for requirements in overrides.iter().flat_map(|file| &file.requirements) {
            let changed = requirements.providers.clone();
            self.requirements.providers.extend(changed);
        }
    }

    fn resolve_providers(&mut self) {
        let requirements = &self.requirements;
        let provider_for = |local: &str| {
            let required = requirements.providers.get(local);
            required.map_or_else(|| ProviderSource::implied(local), |r| r.provider.clone())
        };
        for config in self.provider_configs.values_mut() {
            config.provider = Some(provider_for(&config.name.name));
        }
        for resource in self.resources.values_mut() {
            let provider = provider_for(resource.provider_local().0);
            Arc::make_mut(resource).provider = Some(provider);
        }
    }

    fn append(&mut self, file: File, decoder: &mut Decoder<'_>) {
        self.core_versions.extend(file.core_versions);
        self.append_backends(file.backends, file.clouds, decoder);
        for config in file.provider_configs {
            self.append_provider_config(config, decoder);
        }
        for meta in file.provider_metas {
            let provider = self.provider_for(&meta.name.name);
            if let Some(first) = self.provider_metas.get(&provider) {
                let place = decoder.place(first.span);
                let name = &first.name.name;
                let detail = format!(
                    "A provider_meta block for provider \"{name}\" was already declared at {place}. Providers may only have one provider_meta block per module."
                );
                decoder.error("Duplicate provider_meta block", detail, meta.span);
            }
            self.provider_metas.insert(provider, meta);
        }
        for variable in file.variables {
            let name = variable.name.name.clone();
            let first = self.variables.get(&name).map(|first| first.span);
            decoder.declared_before(first, variable.span, &Kind::VARIABLE, &name);
            self.variables.insert(name, variable);
        }
        for local in file.locals {
            let name = local.name.name.clone();
            let first = self.locals.get(&name).map(|first| first.value.span);
            decoder.declared_before(first, local.value.span, &Kind::LOCAL, &name);
            self.locals.insert(name, local);
        }
        for output in file.outputs {
            let name = output.name.name.clone();
            let first = self.outputs.get(&name).map(|first| first.span);
            decoder.declared_before(first, output.span, &Kind::OUTPUT, &name);
            self.outputs.insert(name, output);
        }
        for call in file.module_calls {
            let name = call.name.name.clone();
            let first = self.module_calls.get(&name).map(|first| first.span);
            decoder.declared_before(first, call.span, &Kind::MODULE, &name);
            self.module_calls.insert(name, call);
        }
        for resource in file.resources {
            self.append_resource(Arc::new(resource), "", decoder);
        }
        for check in file.checks {
            self.append_check(check, decoder);
        }
        self.moved.extend(file.moved);
        self.imports.extend(file.imports);
        self.removed.extend(file.removed);
    }

    fn append_backends(
        &mut self,
        backends: Vec<Backend>,
        clouds: Vec<Cloud>,
        decoder: &mut Decoder<'_>,
    ) {
        for backend in backends {
            if let Some(first) = &self.backend {
                let place = decoder.place(first.span);
                let detail = format!(
                    "A module may have only one backend configuration. The backend was previously configured at {place}."
                );
                decoder.error("Duplicate backend configuration", detail, backend.span);
                continue;
            }
            self.backend = Some(backend);
        }
        for cloud in clouds {
            if let Some(first) = &self.cloud {
                let place = decoder.place(first.span);
                let detail = format!(
                    "A module may have only one 'cloud' block configuring HCP Terraform or Terraform Enterprise. The 'cloud' block was previously configured at {place}."
                );
                decoder.error("Duplicate HCP Terraform configurations", detail, cloud.span);
                continue;
            }
            self.cloud = Some(cloud);
        }
        if let (Some(backend), Some(cloud)) = (&self.backend, &self.cloud) {
            let (at, backend_at) = (decoder.place(cloud.span), decoder.place(backend.span));
            let detail = format!(
                "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend. The 'cloud' block is configured at {at}; a backend is configured at {backend_at}. Remove the backend block to configure HCP Terraform or Terraform Enteprise."
            );
            let summary = "Both a backend and cloud configuration are present";
            decoder.error(summary, detail, backend.span);
        }
    }

    fn append_provider_config(&mut self, config: ProviderConfig, decoder: &mut Decoder<'_>) {
        let key = config.key();
        let Some(first) = self.provider_configs.get(&key) else {
            self.provider_configs.insert(key, config);
            return;
        };
        let (name, place) = (&first.name.name, decoder.place(first.span));
        let detail = match &first.alias {
            None => format!(
                "A default (non-aliased) provider configuration for \"{name}\" was already given at {place}. If multiple configurations are required, set the \"alias\" argument for alternative configurations."
            ),
            Some(alias) => format!(
                "A provider configuration for \"{name}\" with alias \"{alias}\" was already given at {place}. Each configuration for the same provider must have a distinct alias."
            ),
        };
        decoder.error("Duplicate provider configuration", detail, config.span);
    }

    fn append_resource(
        &mut self,
        resource: Arc<Resource>,
        where_: &str,
        decoder: &mut Decoder<'_>,
    ) {
        let Some(first) = self.resources.get(&resource.address) else {
            self.resources.insert(resource.address.clone(), resource);
            return;
        };
        let Address { mode, kind, name } = &resource.address;
        let (block, noun) = match mode {
            ResourceMode::Managed => ("resource", "resource"),
            ResourceMode::Data => ("data", "data resource"),
            ResourceMode::Ephemeral => ("ephemeral", "ephemeral resource"),
        };
        let place = decoder.place(first.span);
        decoder.error(
            format!("Duplicate {block} \"{kind}\" configuration"),
            format!(
                "A {kind} {noun} named \"{name}\" was already declared at {place}. Resource names must be unique per type in each module{where_}."
            ),
            resource.span,
        );
    }

    fn append_check(&mut self, check: Check, decoder: &mut Decoder<'_>) {
        if let Some(data) = &check.data {
            self.append_resource(data.clone(), ", including within check blocks", decoder);
        }
        let name = &check.name.name;
        if let Some(first) = self.checks.get(name) {
            let place = decoder.place(first.span);
            decoder.error(
                format!("Duplicate check \"{name}\" configuration"),
                format!(
                    "A check block named \"{name}\" was already declared at {place}. Check blocks must be unique within each module."
                ),
                check.span,
            );
            return;
        }
        self.checks.insert(name.clone(), check);
    }
}

/// The words for an object that is declared twice.
struct Kind {
    summary: &'static str,
    noun: &'static str,
    verb: &'static str,
    rule: &'static str,
}

impl Kind {
    const VARIABLE: Kind = Kind {
        summary: "Duplicate variable declaration",
        noun: "A variable",
        verb: "declared",
        rule: "Variable names must be unique within a module",
    };
    const LOCAL: Kind = Kind {
        summary: "Duplicate local value definition",
        noun: "A local value",
        verb: "defined",
        rule: "Local value names must be unique within a module",
    };
    const OUTPUT: Kind = Kind {
        summary: "Duplicate output definition",
        noun: "An output",
        verb: "defined",
        rule: "Output names must be unique within a module",
    };
    const MODULE: Kind = Kind {
        summary: "Duplicate module call",
        noun: "A module call",
        verb: "defined",
        rule: "Module calls must have unique names within a module",
    };
}

impl Decoder<'_> {
    fn declared_before(&mut self, first: Option<Span>, again: Span, kind: &Kind, name: &str) {
        let Some(first) = first else { return };
        let place = self.place(first);
        let Kind {
            summary,
            noun,
            verb,
            rule,
        } = kind;
        self.diagnostics.push(Diagnostic::error(
            *summary,
            format!("{noun} named \"{name}\" was already {verb} at {place}. {rule}."),
            again,
        ));
    }
}
