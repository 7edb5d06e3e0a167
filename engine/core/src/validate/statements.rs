//! `moved`, `import` and `removed` blocks against what is declared.

use trueup_lang::references;
use trueup_syntax::{
    Diagnostic, Diagnostics,
    ast::{Expr, ExprKind, StepKind},
    suggest::similar_name,
};
use trueup_value::{Type, Value};

use super::{Findings, Item, ModuleScope};
use crate::{
    address::{InstanceKey, Subject, parse_reference},
    config::Import,
    load::Config,
};

/// What can be said without evaluating anything.
pub(super) fn check(config: &Config) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let root = &config.node(config.root()).module;
    diagnostics.0.extend(
        root.imports
            .iter()
            .filter_map(|i| missing_module(config, i)),
    );
    let imports = root.imports.iter();
    let inconstant = imports.clone().filter_map(inconstant_target);
    diagnostics.0.extend(inconstant);
    diagnostics.0.extend(imports.flat_map(foreign_keys));
    diagnostics
}

/// What an import of several objects cannot use in its address.
fn foreign_keys(import: &Import) -> Vec<Diagnostic> {
    let mut keys = Vec::new();
    if import.for_each.is_some() {
        indices(&import.to_expr.expr, &mut keys);
    }
    let found = keys.into_iter().flat_map(references);
    let foreign = found.filter(|traversal| traversal.root.name.as_str() != "each");
    let told = foreign.map(|traversal| {
        let name = traversal.root.name.as_str();
        let near = similar_name(name, ["each"]).map(|near| format!(" Did you mean \"{near}\"?"));
        Diagnostic::error(
            "Unknown variable",
            format!(
                "There is no variable named \"{name}\".{}Only \"each.key\" and \"each.value\" can be used in import address index expressions.",
                near.unwrap_or_default()
            ),
            traversal.root.span,
        )
    });
    told.collect()
}

/// The expressions in brackets of an address.
fn indices<'a>(address: &'a Expr, found: &mut Vec<&'a Expr>) {
    match &address.kind {
        ExprKind::Index(inner, key) => {
            indices(inner, found);
            found.push(key);
        }
        ExprKind::RelativeTraversal(inner, _) => indices(inner, found),
        _ => {}
    }
}

/// An import of one object whose address is not said outright.
fn inconstant_target(import: &Import) -> Option<Diagnostic> {
    (import.for_each.is_none() && !import.is_static()).then(|| {
        Diagnostic::error(
            "Invalid expression",
            "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
            import.to_expr.expr.span,
        )
    })
}

const NO_TARGET: &str = "Configuration for import target does not exist";

/// An import into a module nobody calls.
fn missing_module(config: &Config, import: &Import) -> Option<Diagnostic> {
    if config.descendant_for_instance(import.module()).is_some() {
        return None;
    }
    Some(undeclared_target(import))
}

fn undeclared_target(import: &Import) -> Diagnostic {
    let address = &import.to;
    Diagnostic::error(
        NO_TARGET,
        format!(
            "The configuration for the given import target {address} does not exist. All target instances must have an associated configuration to be imported."
        ),
        import.to_expr.expr.span,
    )
}

/// An import whose resource is not declared and cannot be generated either.
fn missing_resource(config: &Config, import: &Import) -> Option<Diagnostic> {
    let module = &config
        .node(config.descendant_for_instance(import.module())?)
        .module;
    if module.resources.contains_key(&import.to.resource) {
        return None;
    }
    if !import.module().0.is_empty() {
        return Some(Diagnostic::error(
            NO_TARGET,
            format!(
                "Resource {} not found. Only resources within the root module are eligible for config generation.",
                import.to
            ),
            import.to_expr.expr.span,
        ));
    }
    let repeated = import.key().is_some() || import.for_each.is_some();
    repeated.then(|| {
        Diagnostic::error(
            NO_TARGET,
            "The given import block is not compatible with config generation. The -generate-config-out option cannot be used with import blocks which use for_each, or resources which use for_each or count.",
            import.to_expr.expr.span,
        )
    })
}

/// Judges the expressions of `import` blocks.
pub(super) fn check_imports(scope: &ModuleScope<'_>, findings: &mut Findings) {
    let view = scope.view();
    for (index, import) in scope.module().imports.iter().enumerate() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.0.extend(missing_resource(scope.config, import));
        if let Some(problem) = own_reference(import) {
            diagnostics.push(problem);
            findings.add(scope.id, Item::Import(index), diagnostics);
            continue;
        }
        let (each, found) = repetitions(&view, import);
        let problem = wrong_collection(&each, import);
        if let Some(problem) = problem.or_else(|| wrong_expansion(scope, import, &each)) {
            diagnostics.push(problem);
            findings.add(scope.id, Item::Import(index), diagnostics);
            continue;
        }
        diagnostics.extend(found);
        let repetition = match import.for_each {
            Some(_) => super::Repetition::Each,
            None => super::Repetition::None,
        };
        if let Some(id) = &import.id {
            diagnostics.extend(check_id(&view.repeated(repetition), &id.expr));
        }
        findings.add(scope.id, Item::Import(index), diagnostics);
    }
}

/// What an import's `for_each` goes through; unknown without one, or where that
/// cannot be told.
fn repetitions(view: &super::View<'_>, import: &Import) -> (Value, Diagnostics) {
    let Some(for_each) = &import.for_each else {
        return (Value::dynamic(), Diagnostics::default());
    };
    let (value, found) = view.evaluate(&for_each.expr, &Type::Dynamic);
    (value.unmarked().0.clone(), found)
}

fn wrong_collection(each: &Value, import: &Import) -> Option<Diagnostic> {
    if !each.is_known() || each.is_null() || each.length().is_some() {
        return None;
    }
    Some(Diagnostic::error(
        "Invalid for_each argument",
        "The \"for_each\" expression must be a collection.",
        import.for_each.as_ref()?.expr.span,
    ))
}

/// An address with a key where the resource has none, or the other way round;
/// where the key is no constant, only `each.key` tells its kind.
fn wrong_expansion(scope: &ModuleScope<'_>, import: &Import, each: &Value) -> Option<Diagnostic> {
    let module = &scope
        .config
        .node(scope.config.descendant_for_instance(import.module())?)
        .module;
    let resource = module.resources.get(&import.to.resource)?;
    let (count, for_each) = (resource.count.is_some(), resource.for_each.is_some());
    let detail = match key_of(import, each)? {
        Key::None if for_each => "The target resource is using for_each.",
        Key::None if count => "The target resource is using count.",
        Key::Text if !for_each => "The target resource does not use for_each.",
        Key::Number if !count => "The target resource does not use count.",
        _ => return None,
    };
    Some(Diagnostic::error(
        "Invalid import 'to' expression",
        detail,
        import.to_expr.expr.span,
    ))
}

enum Key {
    None,
    Text,
    Number,
}

/// What the key of an import's target is; `None` if only a run can tell.
fn key_of(import: &Import, each: &Value) -> Option<Key> {
    if let ExprKind::Index(_, key) = &import.to_expr.expr.kind {
        let text = key.as_traversal()?;
        let step = text.steps.first().map(|step| &step.kind);
        let each_key = text.root.name.as_str() == "each"
            && matches!(step, Some(StepKind::Attr(name)) if name.as_str() == "key");
        let counted = each.is_wholly_known()
            && each
                .elements()
                .next()
                .is_some_and(|(key, _)| key.as_number().is_some());
        return each_key.then_some(if counted { Key::Number } else { Key::Text });
    }
    Some(match import.key() {
        None => Key::None,
        Some(InstanceKey::String(_)) => Key::Text,
        Some(InstanceKey::Int(_)) => Key::Number,
    })
}

const INVALID_ID: &str = "Invalid import id argument";

/// An ID that refers to what it is to import; nothing else is said then.
fn own_reference(import: &Import) -> Option<Diagnostic> {
    let mut found = references(&import.id.as_ref()?.expr)
        .into_iter()
        .filter_map(|t| parse_reference(t).ok());
    let own = found.find(|reference| match &reference.subject {
        Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
            *address == import.to.resource && import.module().0.is_empty()
        }
        _ => false,
    })?;
    let detail = "The import ID cannot reference the resource being imported.";
    Some(Diagnostic::error(INVALID_ID, detail, own.span))
}

fn check_id(view: &super::View<'_>, expr: &Expr) -> Diagnostics {
    let fail = |detail: &str, span| Diagnostics(vec![Diagnostic::error(INVALID_ID, detail, span)]);
    let (value, diagnostics) = view.evaluate(expr, &Type::String);
    if diagnostics.has_errors() {
        return diagnostics;
    }
    if value.is_null() {
        return fail("The import ID cannot be null.", expr.span);
    }
    if value.as_str() == Some("") {
        let detail =
            "The import ID value evaluates to an empty string, please provide a non-empty value.";
        return fail(detail, expr.span);
    }
    diagnostics
}
