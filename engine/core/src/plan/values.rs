//! Items that need no provider: variables, local values, outputs, calls and
//! checks.

use std::rc::Rc;

use trueup_syntax::{Diagnostics, Severity};

use super::{Conditions, check_rules, conditions::Failure};
use crate::{
    evaluate::{Evaluation, ModuleScope},
    validate::Item,
};

/// Evaluates items, while planning and while applying.
pub(crate) struct Values<'a> {
    pub(crate) evaluation: &'a Evaluation<'a>,
    pub(crate) conditions: &'a Conditions,
    /// Whether the preconditions of outputs are judged.
    pub(crate) judge_outputs: bool,
}

impl Values<'_> {
    /// Evaluates an item in a module instance. Resources and providers are
    /// not evaluated here.
    pub(crate) fn item(&self, scope: &Rc<ModuleScope>, item: Item) -> Diagnostics {
        match item {
            Item::Variable(index) => self.evaluation.evaluate_variable(scope, index),
            Item::Validation(index) => self.validate(scope, index),
            Item::Local(index) => self.evaluation.evaluate_local(scope, index),
            Item::Output(index) => self.output(scope, index),
            Item::Call(index) => self.evaluation.expand_call(scope, index).1,
            Item::Check(index) => self.check(scope, index),
            Item::Resource(_) | Item::Provider(_) | Item::Import(_) | Item::Close => {
                Diagnostics::default()
            }
        }
    }

    fn validate(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.evaluation.module(scope.node);
        let Some((name, variable)) = module.variables.get_index(index) else {
            return Diagnostics::default();
        };
        let failure = Failure {
            summary: "Invalid value for variable",
            severity: Severity::Error,
        };
        let (config, address) = self.names(scope, &format!("var.{name}"));
        let object = ("var", config.as_str(), address.as_str());
        let view = self.evaluation.view(scope);
        check_rules(
            &view,
            &variable.validations,
            failure,
            self.conditions,
            object,
        )
    }

    fn output(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.evaluation.module(scope.node);
        let Some((name, output)) = module.outputs.get_index(index) else {
            return Diagnostics::default();
        };
        let mut diagnostics = Diagnostics::default();
        if self.judge_outputs {
            let failure = Failure {
                summary: "Module output value precondition failed",
                severity: Severity::Error,
            };
            let (config, address) = self.names(scope, &format!("output.{name}"));
            let object = ("output_value", config.as_str(), address.as_str());
            let view = self.evaluation.view(scope);
            let rules = &output.preconditions;
            diagnostics.extend(check_rules(&view, rules, failure, self.conditions, object));
        }
        if !diagnostics.has_errors() {
            diagnostics.extend(self.evaluation.evaluate_output(scope, index));
        }
        diagnostics
    }

    fn check(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.evaluation.module(scope.node);
        let Some((name, check)) = module.checks.get_index(index) else {
            return Diagnostics::default();
        };
        let failure = Failure {
            summary: "Check block assertion failed",
            severity: Severity::Warning,
        };
        let (config, address) = self.names(scope, &format!("check.{name}"));
        let object = ("check", config.as_str(), address.as_str());
        let view = self.evaluation.view(scope);
        let mut found = check_rules(&view, &check.asserts, failure, self.conditions, object);
        for diagnostic in &mut found.0 {
            diagnostic.severity = Severity::Warning;
        }
        found
    }

    /// The addresses of something in the configuration and in the instance.
    fn names(&self, scope: &ModuleScope, local: &str) -> (String, String) {
        let path = &self.evaluation.config.node(scope.node).path;
        match path.is_root() {
            true => (local.to_owned(), local.to_owned()),
            false => (
                format!("{path}.{local}"),
                format!("{}.{local}", scope.address),
            ),
        }
    }
}
