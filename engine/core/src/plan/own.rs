//! What a configuration says of itself that cannot be: resources that refer to
//! themselves, and `removed` blocks for what is still there.

use std::collections::BTreeMap;

use trueup_lang::{
    block::{Spec, body_references},
    references,
};
use trueup_syntax::{Diagnostic, Diagnostics, Span, ast::Traversal};

use crate::{
    address::{
        AbsResourceInstance, InstanceKey, ModulePath, Resource as Address, Subject, Target,
        parse_reference,
    },
    config::Resource,
    load::Config,
    run::ResourceContext,
};

/// A reference of a resource to itself.
#[derive(Debug)]
pub(crate) struct OwnReference {
    /// The instance it names; none for all of them.
    key: Option<InstanceKey>,
    span: Span,
}

/// References of a resource's arguments to itself. They say the same of every
/// instance, so they are looked for once.
pub(crate) fn own_references(config: &Resource, spec: &Spec) -> Vec<OwnReference> {
    let found = body_references(&config.body, spec);
    let own = |traversal: &Traversal| own_reference(traversal, &config.address);
    found.iter().filter_map(own).collect()
}

/// References of an instance to itself or to its whole resource.
pub(super) fn check_instance(
    context: &ResourceContext<'_>,
    instance: &AbsResourceInstance,
) -> Diagnostics {
    let own = &context.config.address;
    let told = context.own_references().iter().filter_map(|reference| {
        let name = match &reference.key {
            None => own.to_string(),
            key if *key == instance.key => format!("{own}{}", key.as_ref()?),
            Some(_) => return None,
        };
        Some(self_reference(&name, reference.span))
    });
    Diagnostics(told.collect())
}

/// References of `count` and `for_each` to the resource they are of.
pub(super) fn check_repetition(resource: &Resource) -> Diagnostics {
    let repetition = [&resource.count, &resource.for_each].into_iter().flatten();
    let own = repetition
        .flat_map(|it| references(&it.expr))
        .filter_map(|traversal| own_reference(traversal, &resource.address));
    let name = resource.address.to_string();
    Diagnostics(own.map(|own| self_reference(&name, own.span)).collect())
}

fn own_reference(traversal: &Traversal, own: &Address) -> Option<OwnReference> {
    let reference = parse_reference(traversal).ok()?;
    let (address, key) = match reference.subject {
        Subject::Resource(address) => (address, None),
        Subject::ResourceInstance(address, key) => (address, key),
        _ => return None,
    };
    let span = reference.span;
    (address == *own).then_some(OwnReference { key, span })
}

fn self_reference(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "Self-referential block",
        format!("Configuration for {name} may not refer to itself."),
        span,
    )
}

/// What `removed` blocks name though it is still in the configuration.
pub(super) fn check_removed(config: &Config) -> Diagnostics {
    let mut found = BTreeMap::new();
    for (_, node) in config.nodes() {
        for removed in &node.module.removed {
            let mut path = node.path.clone();
            path.0.extend(removed.from.module().path().0);
            if let Some((noun, span)) = declared(config, &path, &removed.from) {
                let name = match removed.from.resource() {
                    Some(resource) if path.is_root() => resource.resource.to_string(),
                    Some(resource) => format!("{path}.{}", resource.resource),
                    None => path.to_string(),
                };
                found.insert(name, (noun, span));
            }
        }
    }
    let told = found.into_iter().map(|(name, (noun, span))| {
        Diagnostic::error(
            format!("Removed {noun} still exists"),
            format!(
                "This statement declares that {name} was removed, but it is still declared in configuration."
            ),
            span,
        )
    });
    Diagnostics(told.collect())
}

/// Where a resource or the call of a module is declared, if it is.
fn declared(config: &Config, path: &ModulePath, target: &Target) -> Option<(&'static str, Span)> {
    let node = config.descendant(path)?;
    match target.resource() {
        Some(resource) => {
            let resources = &config.node(node).module.resources;
            Some(("resource", resources.get(&resource.resource)?.span))
        }
        None => {
            let (parent, _) = config.node(node).parent.as_ref()?;
            let calls = &config.node(*parent).module.module_calls;
            Some(("module", calls.get(path.0.last()?)?.span))
        }
    }
}
