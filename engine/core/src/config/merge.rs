//! What override files change.

use std::sync::Arc;

use trueup_value::Str;

use super::{
    Connection, Decoder, File, Local, Module, ModuleCall, Output, ProviderConfig, Resource,
    Variable,
};
use crate::address::ResourceMode;
use trueup_syntax::body::Body;

impl Module {
    pub(super) fn merge(&mut self, file: File, decoder: &mut Decoder<'_>) {
        if !file.core_versions.is_empty() {
            self.core_versions = file.core_versions.clone();
        }
        self.merge_backend(&file, decoder);
        for config in file.provider_configs {
            self.merge_provider_config(config, decoder);
        }
        for variable in file.variables {
            match self.variables.get_mut(&variable.name.name) {
                Some(base) => merge_variable(base, variable, decoder),
                None => {
                    decoder.missing_base(&Missing::VARIABLE, &variable.name.name, variable.span)
                }
            }
        }
        for local in file.locals {
            match self.locals.get_mut(&local.name.name) {
                Some(base) => {
                    *base = Local {
                        value: local.value,
                        ..base.clone()
                    }
                }
                None => decoder.missing_base(&Missing::LOCAL, &local.name.name, local.value.span),
            }
        }
        for output in file.outputs {
            match self.outputs.get_mut(&output.name.name) {
                Some(base) => merge_output(base, output, decoder),
                None => decoder.missing_base(&Missing::OUTPUT, &output.name.name, output.span),
            }
        }
        for call in file.module_calls {
            match self.module_calls.get_mut(&call.name.name) {
                Some(base) => merge_module_call(base, call, decoder),
                None => decoder.missing_base(&Missing::MODULE, &call.name.name, call.span),
            }
        }
        for resource in file.resources {
            match self.resources.get_mut(&resource.address) {
                Some(base) => merge_resource(Arc::make_mut(base), resource, decoder),
                None => decoder.missing_resource(&resource),
            }
        }
        let records = [
            (
                "moved",
                "Records of moved objects",
                file.moved.iter().map(|m| m.span).collect::<Vec<_>>(),
            ),
            (
                "import",
                "Import blocks",
                file.imports.iter().map(|m| m.span).collect(),
            ),
        ];
        for (kind, what, spans) in records {
            for span in spans {
                decoder.error(
                    format!("Cannot override '{kind}' blocks"),
                    format!("{what} can appear only in normal files, not in override files."),
                    span,
                );
            }
        }
    }

    fn merge_backend(&mut self, file: &File, decoder: &mut Decoder<'_>) {
        match file.backends.as_slice() {
            [] => {}
            [backend] => {
                self.cloud = None;
                self.backend = Some(backend.clone());
            }
            [first, second, ..] => {
                let place = decoder.place(first.span);
                let detail = format!(
                    "Each override file may have only one backend configuration. A backend was previously configured at {place}."
                );
                decoder.error("Duplicate backend configuration", detail, second.span);
            }
        }
        match file.clouds.as_slice() {
            [] => {}
            [cloud] => {
                self.backend = None;
                self.cloud = Some(cloud.clone());
            }
            [first, second, ..] => {
                let place = decoder.place(first.span);
                let detail = format!(
                    "A module may have only one 'cloud' block configuring HCP Terraform or Terraform Enterprise. The 'cloud' block was previously configured at {place}."
                );
                decoder.error(
                    "Duplicate HCP Terraform configurations",
                    detail,
                    second.span,
                );
            }
        }
    }

    fn merge_provider_config(&mut self, config: ProviderConfig, decoder: &mut Decoder<'_>) {
        let key = config.key();
        match (self.provider_configs.get_mut(&key), &config.alias) {
            (Some(base), _) => {
                base.version = config.version.or(base.version.take());
                base.body = Body::overridden(base.body.clone(), config.body);
            }
            (None, None) => {
                self.provider_configs.insert(key, config);
            }
            (None, Some(alias)) => decoder.error(
                "Missing base provider configuration for override",
                format!(
                    "There is no {} provider configuration with the alias \"{alias}\". An override file can only override an aliased provider configuration that was already defined in a primary configuration file.",
                    config.name.name
                ),
                config.span,
            ),
        }
    }
}

struct Missing {
    summary: &'static str,
    noun: &'static str,
    overridden: &'static str,
    done: &'static str,
}

impl Missing {
    const VARIABLE: Missing = Missing {
        summary: "Missing base variable declaration to override",
        noun: "variable",
        overridden: "a variable that was already declared",
        done: "",
    };
    const LOCAL: Missing = Missing {
        summary: "Missing base local value definition to override",
        noun: "local value",
        overridden: "a local value that was already defined",
        done: "",
    };
    const OUTPUT: Missing = Missing {
        summary: "Missing base output definition to override",
        noun: "output",
        overridden: "an output that was already defined",
        done: "",
    };
    const MODULE: Missing = Missing {
        summary: "Missing module call to override",
        noun: "module call",
        overridden: "a module call that was defined",
        done: "",
    };
}

impl Decoder<'_> {
    fn missing_base(&mut self, missing: &Missing, name: &Str, span: trueup_syntax::Span) {
        let Missing {
            summary,
            noun,
            overridden,
            done,
        } = missing;
        self.error(
            *summary,
            format!(
                "There is no {noun} named \"{name}\". An override file can only override {overridden}{done} in a primary configuration file."
            ),
            span,
        );
    }

    fn missing_resource(&mut self, resource: &Resource) {
        let (summary, noun, block) = match resource.address.mode {
            ResourceMode::Managed => ("Missing resource to override", "resource", "resource block"),
            ResourceMode::Data => (
                "Missing data resource to override",
                "data resource",
                "data block",
            ),
            ResourceMode::Ephemeral => (
                "Missing ephemeral resource to override",
                "ephemeral resource",
                "ephemeral block",
            ),
        };
        let (kind, name) = (&resource.address.kind, &resource.address.name);
        self.error(
            summary,
            format!(
                "There is no {kind} {noun} named \"{name}\". An override file can only override a {block} defined in a primary configuration file."
            ),
            resource.span,
        );
    }

    fn no_depends_on(&mut self, span: trueup_syntax::Span) {
        self.error(
            "Unsupported override",
            "The depends_on argument may not be overridden.",
            span,
        );
    }
}

fn merge_variable(base: &mut Variable, changes: Variable, decoder: &mut Decoder<'_>) {
    if changes.description.is_some() {
        base.description = changes.description;
    }
    if changes.set.sensitive {
        base.sensitive = changes.sensitive;
    }
    if changes.set.ephemeral {
        base.ephemeral = changes.ephemeral;
    }
    if changes.set.nullable {
        base.nullable = changes.nullable;
    }
    if !changes.validations.is_empty() {
        base.validations = changes.validations;
    }
    if changes.set.ty {
        base.ty = changes.ty;
        base.literal = changes.literal;
    }
    let given = changes.set.default.is_some();
    if given {
        base.default = changes.default;
        base.set.default = changes.set.default;
    }
    let retyped = changes.set.ty || given || changes.set.nullable;
    let (Some(default), true) = (base.default.clone(), retyped) else {
        return;
    };
    let default = match base.ty.apply(&default) {
        Ok(value) => value,
        Err(error) => {
            let what = if changes.set.ty {
                "Overriding this variable's type constraint has made its default value invalid"
            } else {
                "The overridden default value for this variable is not compatible with the variable's type constraint"
            };
            let detail = format!("{what}: {}.", super::with_path(&error));
            decoder.error("Invalid default value for variable", detail, changes.span);
            default
        }
    };
    if !base.nullable && default.is_null() {
        let detail = "A null default value is not valid when nullable=false.";
        decoder.error("Invalid default value for variable", detail, changes.span);
    }
    base.default = Some(default);
}

fn merge_output(base: &mut Output, changes: Output, decoder: &mut Decoder<'_>) {
    base.description = changes.description.or(base.description.take());
    base.value = changes.value.or(base.value.take());
    if changes.sensitive_set {
        base.sensitive = changes.sensitive;
    }
    if changes.ephemeral_set {
        base.ephemeral = changes.ephemeral;
    }
    if !changes.preconditions.is_empty() {
        base.preconditions = changes.preconditions;
    }
    if let Some(first) = changes.depends_on.first() {
        decoder.no_depends_on(crate::address::traversal_span(first));
    }
}

fn merge_module_call(base: &mut ModuleCall, changes: ModuleCall, decoder: &mut Decoder<'_>) {
    if changes.source.is_some() {
        base.source = changes.source;
        base.source_span = changes.source_span;
    }
    base.count = changes.count.or(base.count.take());
    base.for_each = changes.for_each.or(base.for_each.take());
    base.version = changes.version.or(base.version.take());
    base.body = Body::overridden(base.body.clone(), changes.body);
    for passed in changes.providers {
        match base
            .providers
            .iter_mut()
            .find(|p| p.child.key() == passed.child.key())
        {
            Some(existing) => *existing = passed,
            None => base.providers.push(passed),
        }
    }
    if let Some(first) = changes.depends_on.first() {
        decoder.no_depends_on(crate::address::traversal_span(first));
    }
}

fn merge_resource(base: &mut Resource, changes: Resource, decoder: &mut Decoder<'_>) {
    base.count = changes.count.or(base.count.take());
    base.for_each = changes.for_each.or(base.for_each.take());
    base.provider_ref = changes.provider_ref.or(base.provider_ref.take());
    if !changes.preconditions.is_empty() {
        base.preconditions = changes.preconditions;
    }
    if !changes.postconditions.is_empty() {
        base.postconditions = changes.postconditions;
    }
    if let (Some(base), Some(changes)) = (&mut base.managed, changes.managed) {
        if let Some(connection) = changes.connection {
            let body = match &base.connection {
                Some(old) => Body::overridden(old.body.clone(), connection.body),
                None => connection.body,
            };
            base.connection = Some(Connection { body, ..connection });
        }
        let (old, new) = (&mut base.lifecycle, changes.lifecycle);
        old.create_before_destroy = new.create_before_destroy.or(old.create_before_destroy);
        old.prevent_destroy = new.prevent_destroy.or(old.prevent_destroy);
        if !new.ignore_changes.is_empty() {
            old.ignore_changes = new.ignore_changes;
        }
        old.ignore_all_changes |= new.ignore_all_changes;
        if !new.replace_triggered_by.is_empty() {
            old.replace_triggered_by = new.replace_triggered_by;
        }
        if !changes.provisioners.is_empty() {
            base.provisioners = changes.provisioners;
        }
    }
    base.body = Body::overridden(base.body.clone(), changes.body);
    if let Some(first) = changes.depends_on.first() {
        decoder.no_depends_on(crate::address::traversal_span(first));
    }
}
