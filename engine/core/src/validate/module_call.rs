//! Calls of modules: their repetition and the values of their variables.

use trueup_syntax::{Diagnostic, Diagnostics, Span};
use trueup_value::{Type, Value};

use super::{Findings, Item, ModuleScope, repetition, resource, scope::Repetition, variable_rules};
use crate::{
    config::{Module, ModuleCall, Variable, with_path},
    load::{Config, NodeId},
};
use trueup_syntax::body::{AttributeSpec, Body, BodySchema};

/// Whether calls give what the modules' variables ask for.
pub(super) fn check_arguments(config: &Config) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for (id, node) in config.nodes() {
        let Some(call) = config.call(id) else {
            continue;
        };
        if !has_exactly(&call.body, &node.module) {
            report_arguments(&call.body, &node.module, &mut diagnostics);
        }
    }
    diagnostics
}

/// The quick answer for calls in which nothing is wrong.
fn has_exactly(body: &Body, module: &Module) -> bool {
    let mut problems = Diagnostics::default();
    let given = body.just_attributes(&mut problems);
    let mut required = 0;
    for attribute in &given {
        match module.variables.get(&attribute.name.name) {
            Some(variable) => required += usize::from(variable.required()),
            None => return false,
        }
    }
    let wanted = module
        .variables
        .values()
        .filter(|variable| variable.required())
        .count();
    problems.0.is_empty() && required == wanted
}

fn report_arguments(body: &Body, module: &Module, diagnostics: &mut Diagnostics) {
    let variables = module.variables.values();
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
    body.content(&schema, diagnostics);
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

/// Judges the values the modules called here are called with.
pub(super) fn check_values(scope: &ModuleScope<'_>, findings: &mut Findings) {
    for (name, child) in &scope.node().children {
        if let Some(call) = scope.module().module_calls.get(name) {
            check_call(scope, call, *child, findings);
            variable_rules::check(scope, call, *child, findings);
        }
    }
}

fn check_call(scope: &ModuleScope<'_>, call: &ModuleCall, id: NodeId, findings: &mut Findings) {
    let config = scope.config;
    let node = config.node(id);
    let view = scope.view().repeated(Repetition::Any);
    for attribute in call.body.just_attributes(&mut Diagnostics::default()) {
        let name = &attribute.name.name;
        let Some((index, _, variable)) = node.module.variables.get_full(name) else {
            continue;
        };
        if is_literal(&attribute.expr, variable.value_type()) {
            continue;
        }
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
