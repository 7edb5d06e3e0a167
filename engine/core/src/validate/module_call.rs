//! Calls of modules: their repetition and the values of their variables.

use trueup_syntax::{Diagnostic, Diagnostics, Span};
use trueup_value::{Type, Value};

use super::{Environment, Findings, Item, ModuleScope, repetition, resource, scope::Repetition};
use crate::{
    config::{Variable, with_path},
    load::{Config, NodeId},
};
use trueup_syntax::body::{AttributeSpec, BodySchema};

/// Whether calls give what the modules' variables ask for.
pub(super) fn check_arguments(config: &Config) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for (id, node) in config.nodes() {
        let Some(call) = config.call(id) else {
            continue;
        };
        let variables = node.module.variables.values();
        let attributes: Vec<AttributeSpec<'_>> = variables
            .map(|variable| AttributeSpec {
                name: &variable.name.name,
                required: variable.required(),
            })
            .collect();
        let schema = BodySchema {
            attributes: &attributes,
            blocks: &[],
        };
        call.body.content(&schema, &mut diagnostics);
    }
    diagnostics
}

/// Judges `count`, `for_each` and `depends_on` of the calls in a module.
pub(super) fn check_repetition(scope: &ModuleScope<'_>, findings: &mut Findings) {
    let view = scope.view();
    for (index, call) in scope.module().module_calls.values().enumerate() {
        let mut diagnostics = Diagnostics::default();
        if let Some(count) = &call.count {
            diagnostics.extend(repetition::check_count(&view, &count.expr));
        } else if let Some(for_each) = &call.for_each {
            diagnostics.extend(repetition::check_for_each(&view, &for_each.expr));
        }
        diagnostics.extend(resource::check_depends_on(&view, &call.depends_on));
        findings.add(scope.id, Item::Call(index), diagnostics);
    }
}

/// Judges the values a module is called with.
pub(super) fn check_values(
    config: &Config,
    id: NodeId,
    environment: &Environment<'_>,
    findings: &mut Findings,
) {
    let node = config.node(id);
    let (Some(call), Some((parent, _))) = (config.call(id), &node.parent) else {
        return;
    };
    let given = call.body.just_attributes(&mut Diagnostics::default());
    if given.is_empty() {
        return;
    }
    let mut scope = ModuleScope::new(config, *parent, environment, None);
    let mut locals_ready = false;
    for attribute in given {
        let name = &attribute.name.name;
        let Some((index, _, variable)) = node.module.variables.get_full(name) else {
            continue;
        };
        if is_literal(&attribute.expr, variable.value_type()) {
            continue;
        }
        if !locals_ready {
            scope.evaluate_locals();
            locals_ready = true;
        }
        let view = scope.view().repeated(Repetition::Any);
        let (value, mut diagnostics) = view.evaluate(&attribute.expr, &Type::Dynamic);
        if !diagnostics.has_errors() {
            diagnostics.0.extend(unsuitable(
                config,
                id,
                variable,
                &value,
                attribute.expr.span,
            ));
            let ephemeral = value.deep_marks().contains(trueup_value::Marks::EPHEMERAL);
            if ephemeral && !variable.ephemeral {
                diagnostics.push(Diagnostic::error(
                    "Ephemeral value not allowed",
                    "This input variable is not declared as accepting a ephemeral values, so it cannot be set to a result derived from an ephemeral value.",
                    attribute.expr.span,
                ));
            }
        }
        findings.add(id, Item::Variable(index), diagnostics);
    }
}

/// Literals that need no evaluation to be known to fit.
fn is_literal(expr: &trueup_syntax::ast::Expr, wanted: &Type) -> bool {
    use trueup_syntax::ast::ExprKind;
    let plain = match &expr.kind {
        ExprKind::Literal(value) if !value.is_null() => Some(value.ty()),
        ExprKind::Template(_) => crate::config::quoted_text(expr).map(|_| Type::String),
        _ => None,
    };
    plain.is_some_and(|ty| ty == *wanted || *wanted == Type::Dynamic)
}

/// Why a variable cannot have a value.
fn unsuitable(
    config: &Config,
    id: NodeId,
    variable: &Variable,
    value: &Value,
    span: Span,
) -> Option<Diagnostic> {
    let place = config
        .sources()
        .file(variable.span.file)
        .describe(variable.span);
    let address = format!("{}.var.{}", config.node(id).path, variable.name.name);
    match variable.ty.apply(value) {
        Err(error) => Some(Diagnostic::error(
            "Invalid value for input variable",
            format!(
                "The given value is not suitable for {address} declared at {place}: {}.",
                with_path(&error)
            ),
            span,
        )),
        Ok(value) if value.is_null() && !variable.nullable && variable.required() => {
            Some(Diagnostic::error(
                "Required variable not set",
                format!(
                    "The given value is not suitable for {address} defined at {place}: required variable may not be set to null."
                ),
                span,
            ))
        }
        Ok(_) => None,
    }
}
