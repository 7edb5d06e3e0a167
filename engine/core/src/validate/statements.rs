//! `moved`, `import` and `removed` blocks against what is declared.

use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::Type;

use super::{Findings, Item, ModuleScope};
use crate::{
    config::Import,
    load::{Config, NodeId},
};

/// What can be said without evaluating anything.
pub(super) fn check(config: &Config) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let root = &config.node(config.root()).module;
    for import in &root.imports {
        missing_target(config, import, &mut diagnostics);
    }
    diagnostics
}

fn module_of(config: &Config, import: &Import) -> Option<NodeId> {
    let mut id = config.root();
    for (name, _) in &import.module().0 {
        id = *config.node(id).children.get(name)?;
    }
    Some(id)
}

fn missing_target(config: &Config, import: &Import, diagnostics: &mut Diagnostics) {
    let module = module_of(config, import);
    let declared = module.is_some_and(|id| {
        config
            .node(id)
            .module
            .resources
            .contains_key(&import.to.resource)
    });
    if declared {
        return;
    }
    let in_root = import.module().0.is_empty();
    let span = import.to_expr.expr.span;
    if !in_root {
        let address = &import.to;
        diagnostics.push(Diagnostic::error(
            "Configuration for import target does not exist",
            format!(
                "The configuration for the given import target {address} does not exist. All target instances must have an associated configuration to be imported."
            ),
            span,
        ));
    } else if import.key().is_some() || import.for_each.is_some() {
        diagnostics.push(Diagnostic::error(
            "Configuration for import target does not exist",
            "The given import block is not compatible with config generation. The -generate-config-out option cannot be used with import blocks which use for_each, or resources which use for_each or count.",
            span,
        ));
    }
}

/// Judges the expressions of `import` blocks.
pub(super) fn check_imports(scope: &ModuleScope<'_>, findings: &mut Findings) {
    let view = scope.view();
    for (index, import) in scope.module().imports.iter().enumerate() {
        let mut diagnostics = Diagnostics::default();
        if let Some(for_each) = &import.for_each {
            diagnostics.extend(view.evaluate(&for_each.expr, &Type::Dynamic).1);
        }
        let repetition = match import.for_each {
            Some(_) => super::Repetition::Each,
            None => super::Repetition::None,
        };
        if let Some(id) = &import.id {
            let (_, found) = view.repeated(repetition).evaluate(&id.expr, &Type::String);
            diagnostics.extend(found);
        }
        findings.add(scope.id, Item::Import(index), diagnostics);
    }
}
