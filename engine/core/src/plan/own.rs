//! What a configuration says of itself that cannot be: resources that refer to
//! themselves, and `removed` blocks for what is still there.

use std::collections::BTreeMap;

use trueup_lang::{block::body_references, references};
use trueup_syntax::{
    Diagnostic, Diagnostics, Span,
    ast::{Expr, Traversal},
};

use crate::{
    address::{
        AbsResourceInstance, ModulePath, Resource as Address, Subject, Target, parse_reference,
    },
    config::Resource,
    load::{Config, NodeId},
    run::ResourceContext,
};

/// References of an instance to itself or to its whole resource.
pub(super) fn check_instance(
    context: &ResourceContext<'_>,
    instance: &AbsResourceInstance,
) -> Diagnostics {
    let own = &context.config.address;
    let found = body_references(&context.config.body, &context.spec);
    let told = found.iter().filter_map(|traversal| {
        let reference = parse_reference(traversal).ok()?;
        let name = match &reference.subject {
            Subject::ResourceInstance(address, Some(key)) if address == own => {
                let same = instance.key.as_ref() == Some(key);
                same.then(|| format!("{own}{key}"))?
            }
            Subject::Resource(address) | Subject::ResourceInstance(address, None)
                if address == own =>
            {
                own.to_string()
            }
            _ => return None,
        };
        Some(self_reference(&name, reference.span))
    });
    Diagnostics(told.collect())
}

/// References of `count` and `for_each` to the resource they are of.
pub(super) fn check_repetition(resource: &Resource) -> Diagnostics {
    let repetition = [&resource.count, &resource.for_each].into_iter().flatten();
    let places = repetition.flat_map(|it| own_references(&it.expr, &resource.address));
    let told = places.map(|span| self_reference(&resource.address.to_string(), span));
    Diagnostics(told.collect())
}

fn own_references(expr: &Expr, own: &Address) -> Vec<Span> {
    let place = |traversal: &Traversal| {
        let reference = parse_reference(traversal).ok()?;
        match &reference.subject {
            Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
                (address == own).then_some(reference.span)
            }
            _ => None,
        }
    };
    references(expr).into_iter().filter_map(place).collect()
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
    let node = node_at(config, path)?;
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

fn node_at(config: &Config, path: &ModulePath) -> Option<NodeId> {
    let mut calls = path.0.iter();
    calls.try_fold(config.root(), |node, call| {
        config.node(node).children.get(call).copied()
    })
}
