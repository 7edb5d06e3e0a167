//! Variables and outputs.

use trueup_syntax::{Diagnostic, Diagnostics};
use trueup_value::{Marks, Type};

use super::{Findings, Item, ModuleScope, check_rule, resource};
use crate::config::{Output, Variable};

/// Judges the validations of variables and the outputs of a module.
pub(super) fn check(scope: &ModuleScope<'_>, findings: &mut Findings) {
    for (index, variable) in scope.module().variables.values().enumerate() {
        let diagnostics = check_validations(scope, variable);
        findings.add(scope.id, Item::Validation(index), diagnostics);
    }
    for (index, output) in scope.module().outputs.values().enumerate() {
        findings.add(scope.id, Item::Output(index), check_output(scope, output));
    }
}

/// Whether conditions hold can only be judged once there is a value.
fn check_validations(scope: &ModuleScope<'_>, variable: &Variable) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for rule in &variable.validations {
        diagnostics.extend(check_rule::check_expressions(&scope.view(), rule));
    }
    diagnostics
}

fn check_output(scope: &ModuleScope<'_>, output: &Output) -> Diagnostics {
    let view = scope.view();
    let mut diagnostics = Diagnostics::default();
    let root = scope.node().path.is_root();
    if root && output.ephemeral {
        diagnostics.push(Diagnostic::error(
            "Ephemeral output not allowed",
            "Ephemeral outputs are not allowed in context of a root module",
            output.span,
        ));
        return diagnostics;
    }
    for rule in &output.preconditions {
        diagnostics.extend(check_rule::check(&view, rule));
    }
    let Some(attribute) = &output.value else {
        return diagnostics;
    };
    let (value, found) = view.evaluate(&attribute.expr, &Type::Dynamic);
    let failed = found.has_errors();
    diagnostics.extend(found);
    diagnostics.extend(resource::check_depends_on(&view, &output.depends_on));
    if failed {
        return diagnostics;
    }
    let marks = value.deep_marks();
    if root && !output.sensitive && marks.contains(Marks::SENSITIVE) {
        diagnostics.push(Diagnostic::error(
            "Output refers to sensitive values",
            "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true",
            output.span,
        ));
    }
    if !output.ephemeral && marks.contains(Marks::EPHEMERAL) {
        diagnostics.push(Diagnostic::error(
            "Ephemeral value not allowed",
            "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.",
            attribute.expr.span,
        ));
    }
    diagnostics
}
