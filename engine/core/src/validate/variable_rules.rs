//! Rules of modules' variables, for values that are known without a plan.

use std::cell::OnceCell;

use trueup_syntax::{Diagnostics, Span};
use trueup_value::{Type, Value};

use super::{Findings, Inputs, Item, ModuleScope, check_rule, scope::Repetition};
use crate::{
    config::{CheckRule, ModuleCall, Variable},
    load::NodeId,
    plan::validation::Validation,
};

/// Judges the rules of the variables of the module at `id`, which is called
/// from `scope`. Other variables than the one that is judged are unknown to
/// them, so that only what is certain is said.
pub(super) fn check(
    scope: &ModuleScope<'_>,
    call: &ModuleCall,
    id: NodeId,
    findings: &mut Findings,
) {
    let variables = &scope.config.node(id).module.variables;
    let ruled = variables.values().enumerate();
    let inner = OnceCell::new();
    for (index, variable) in ruled.filter(|(_, variable)| !variable.validations.is_empty()) {
        if let Some((value, given)) = given(scope, call, variable) {
            let inner = inner.get_or_init(|| {
                let mut inner = ModuleScope::new(scope.config, id, scope.environment, None);
                inner.evaluate_locals();
                inner
            });
            let found = judge(inner, variable, value, given);
            findings.add(id, Item::Validation(index), found);
        }
    }
}

/// The value of a variable and where it is given; none if nothing is known of
/// it, or if it is wrong, which has been said.
fn given(scope: &ModuleScope<'_>, call: &ModuleCall, variable: &Variable) -> Option<(Value, Span)> {
    let view = scope.view().repeated(Repetition::Any);
    let attributes = call.body.just_attributes(&mut Diagnostics::default());
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.name.name == variable.name.name);
    let (value, span) = match attribute {
        Some(attribute) => {
            let (value, found) = view.evaluate(&attribute.expr, &Type::Dynamic);
            if found.has_errors() {
                return None;
            }
            (value, attribute.expr.span)
        }
        None => (variable.default.clone()?, variable.span),
    };
    let value = match value.is_null() && !variable.nullable {
        true => variable.default.clone()?,
        false => value,
    };
    let value = variable.ty.apply(&value).ok()?;
    value.is_known().then_some((value, span))
}

fn judge(inner: &ModuleScope<'_>, variable: &Variable, value: Value, given: Span) -> Diagnostics {
    // What is wrong whatever the value has been said of the module itself.
    let sound =
        |rule: &&CheckRule| !check_rule::check_expressions(&inner.view(), rule).has_errors();
    let rules = variable.validations.iter().filter(sound);
    let inputs = Inputs::from([(variable.name.name.clone(), value)]);
    let own = inner.with_inputs(&inputs);
    let validation = Validation {
        early: true,
        config: inner.config,
        view: &own.view(),
        given,
    };
    let mut diagnostics = Diagnostics::default();
    for rule in rules {
        validation.rule(rule, &mut diagnostics);
    }
    diagnostics
}
