//! Resources of all modes against their schemas.

use trueup_sdk::{Block, Problem, ProblemSeverity, ProviderSchema};
use trueup_syntax::{
    Diagnostic, Diagnostics, Severity, Span,
    ast::{Step, StepKind, Traversal},
    suggest::{nearest_name, similar_name},
};
use trueup_value::Str;

use super::{
    Findings, Item, ModuleScope,
    block::decode_block,
    check_rule, ephemeral, place, provisioner, repetition, schema_traversal,
    scope::{Repetition, View},
};
use crate::{
    address::{Reference, ResourceMode, parse_reference},
    config::Resource,
};
use trueup_syntax::body::Body;

/// Judges every resource of a module.
pub(super) fn check(scope: &ModuleScope<'_>, findings: &mut Findings) {
    for (index, resource) in scope.module().resources.values().enumerate() {
        let diagnostics = check_resource(scope, resource);
        findings.add(scope.id, Item::Resource(index), diagnostics);
    }
}

fn check_resource(scope: &ModuleScope<'_>, resource: &Resource) -> Diagnostics {
    let plain = scope.view().within_check(resource.check.as_ref());
    let mut diagnostics = Diagnostics::default();
    let repetition = match (&resource.count, &resource.for_each) {
        (Some(count), _) => {
            diagnostics.extend(repetition::check_count(&plain, &count.expr));
            Repetition::Count
        }
        (None, Some(for_each)) => {
            diagnostics.extend(repetition::check_for_each(&plain, &for_each.expr));
            Repetition::Each
        }
        _ => Repetition::None,
    };
    let view = plain.repeated(repetition);
    diagnostics.extend(check_depends_on(&plain, &resource.depends_on));
    check_body(&view, resource, &mut diagnostics);
    let own = view.with_self(&resource.address);
    for rule in &resource.preconditions {
        diagnostics.extend(check_rule::check_expressions(&view, rule));
    }
    for rule in &resource.postconditions {
        diagnostics.extend(check_rule::check_expressions(&own, rule));
    }
    if let Some(managed) = &resource.managed {
        for provisioner in &managed.provisioners {
            diagnostics.extend(provisioner::check(
                &own,
                provisioner,
                managed.connection.as_ref(),
            ));
            if diagnostics.has_errors() {
                break;
            }
        }
    }
    diagnostics
}

fn check_body(view: &View<'_>, resource: &Resource, diagnostics: &mut Diagnostics) {
    let Some(source) = &resource.provider else {
        return;
    };
    let Some(provider) = view.scope.environment.schemas.provider(source) else {
        return;
    };
    let Some(schema) = view.schema(resource) else {
        let shown = source.display();
        diagnostics.push(unsupported_type(provider.schema(), &shown, resource));
        return;
    };
    let (value, found) = decode_block(view, &resource.body, schema);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return;
    }
    if resource.address.mode != ResourceMode::Ephemeral {
        diagnostics.extend(ephemeral::check(&value, schema, resource));
    }
    if let Some(managed) = &resource.managed {
        for steps in &managed.lifecycle.ignore_changes {
            check_ignored(steps, schema, resource, diagnostics);
        }
    }
    let (bare, _) = value.unmark_deep();
    let kind = resource.address.kind.as_str();
    let problems = match resource.address.mode {
        ResourceMode::Managed => provider.validate_resource(kind, &bare),
        ResourceMode::Data => provider.validate_data(kind, &bare),
        ResourceMode::Ephemeral => Vec::new(),
    };
    let address = address_of(view, resource);
    let problems = problems.into_iter().map(|problem| Diagnostic {
        address: Some(address.clone()),
        ..located(problem, &resource.body, resource.span)
    });
    diagnostics.0.extend(problems);
}

/// The address of a resource without instance keys.
fn address_of(view: &View<'_>, resource: &Resource) -> String {
    let path = &view.scope.node().path;
    match path.is_root() {
        true => resource.address.to_string(),
        false => format!("{path}.{}", resource.address),
    }
}

fn unsupported_type(schema: &ProviderSchema, provider: &str, resource: &Resource) -> Diagnostic {
    let kind = resource.address.kind.as_str();
    let similar =
        |names: &mut dyn Iterator<Item = &Str>| match similar_name(kind, names.map(Str::as_str)) {
            Some(similar) => format!(" Did you mean \"{similar}\"?"),
            None => String::new(),
        };
    let (summary, what, suggestion) = match resource.address.mode {
        ResourceMode::Managed => (
            "Invalid resource type",
            "resource type",
            if schema.data_sources.contains_key(kind) {
                format!(
                    "\n\nDid you intend to use the data source \"{kind}\"? If so, declare this using a \"data\" block instead of a \"resource\" block."
                )
            } else {
                similar(&mut schema.resources.keys())
            },
        ),
        ResourceMode::Data => (
            "Invalid data source",
            "data source",
            if schema.resources.contains_key(kind) {
                format!(
                    "\n\nDid you intend to use the managed resource type \"{kind}\"? If so, declare this using a \"resource\" block instead of a \"data\" block."
                )
            } else {
                similar(&mut schema.data_sources.keys())
            },
        ),
        ResourceMode::Ephemeral => (
            "Invalid ephemeral resource",
            "ephemeral resource",
            String::new(),
        ),
    };
    let diagnostic = Diagnostic::error(
        summary,
        format!("The provider {provider} does not support {what} \"{kind}\".{suggestion}"),
        resource.kind.span,
    );
    let known = match resource.address.mode {
        ResourceMode::Managed => &schema.resources,
        ResourceMode::Data => &schema.data_sources,
        ResourceMode::Ephemeral => &schema.ephemeral_resources,
    };
    match nearest_name(kind, known.keys().map(Str::as_str)) {
        Some(near) if suggestion.is_empty() => diagnostic.hint(format!("did you mean `{near}`?")),
        // Of some providers only a part is built in.
        _ => diagnostic.hint("`trueup providers schema -json` tells the types there are"),
    }
}

fn check_ignored(
    steps: &[Step],
    schema: &Block,
    resource: &Resource,
    diagnostics: &mut Diagnostics,
) {
    if let Some(diagnostic) = schema_traversal::check(schema, steps) {
        diagnostics.push(*diagnostic);
        return;
    }
    let Some(StepKind::Attr(name)) = steps.first().map(|step| &step.kind) else {
        return;
    };
    let computed = schema
        .attributes
        .get(name.as_str())
        .is_some_and(|a| !a.configurable() && a.computed);
    if computed && steps.len() == 1 && !diagnostics.has_errors() {
        diagnostics.push(Diagnostic::warning(
            "Redundant ignore_changes element",
            format!("Adding an attribute name to ignore_changes tells Terraform to ignore future changes to the argument in configuration after the object has been created, retaining the value originally configured.\n\nThe attribute {name} is decided by the provider alone and therefore there can be no configured value to compare with. Including this attribute in ignore_changes has no effect. Remove the attribute from ignore_changes to quiet this warning."),
            resource.kind.span,
        ));
    }
}

/// References of `depends_on`: whole objects that exist.
pub(super) fn check_depends_on(view: &View<'_>, depends_on: &[Traversal]) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for traversal in depends_on {
        match parse_reference(traversal) {
            Err(diagnostic) => diagnostics.push(*diagnostic),
            Ok(reference) => {
                diagnostics.extend(no_attributes(&reference));
                if !diagnostics.has_errors() {
                    diagnostics.extend(view.check_references([traversal]));
                }
            }
        }
    }
    diagnostics
}

fn no_attributes(reference: &Reference<'_>) -> Diagnostics {
    let (Some(first), Some(last)) = (reference.remaining.first(), reference.remaining.last())
    else {
        return Diagnostics::default();
    };
    Diagnostics(vec![Diagnostic::error(
        "Invalid depends_on reference",
        "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.",
        first.span.to(last.span),
    )])
}

/// A provider's problem at the argument it blames.
pub fn located(problem: Problem, body: &Body, whole: Span) -> Diagnostic {
    let span = place::of(&problem.path, body).unwrap_or(whole);
    Diagnostic {
        severity: match problem.severity {
            ProblemSeverity::Error => Severity::Error,
            ProblemSeverity::Warning => Severity::Warning,
        },
        ..Diagnostic::error(problem.summary, problem.detail, span)
    }
}
