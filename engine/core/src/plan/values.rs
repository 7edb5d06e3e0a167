//! Items that need no provider: variables, local values, outputs, calls and
//! checks.

use std::rc::Rc;

use trueup_syntax::{Diagnostics, Severity};

use super::{
    Conditions, check_rules,
    conditions::{ASSERTION, Failure},
    validation::Validation,
};
use crate::{
    evaluate::{Evaluation, ModuleScope},
    load::NodeId,
    validate::Item,
};

/// Evaluates items, while planning and while applying.
pub(crate) struct Values<'a> {
    pub(crate) evaluation: &'a Evaluation<'a>,
    pub(crate) conditions: &'a Conditions,
    /// Whether conditions are judged.
    pub(crate) judges: bool,
    /// How bad it is if a precondition of an output does not hold.
    pub(crate) severity: Severity,
    /// Whether the outputs go to a state that is left.
    pub(crate) keeps: bool,
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

    /// Notes which objects an item became that has conditions.
    pub(crate) fn expand_conditions(&self, node: NodeId, item: Item) {
        let module = self.evaluation.module(node);
        let named = match item {
            Item::Validation(index) => module
                .variables
                .get_index(index)
                .map(|(name, _)| ("var", format!("var.{name}"))),
            Item::Output(index) => module
                .outputs
                .get_index(index)
                .map(|(name, _)| ("output", format!("output.{name}"))),
            Item::Check(index) => module
                .checks
                .get_index(index)
                .map(|(name, _)| ("check", format!("check.{name}"))),
            _ => None,
        };
        let Some((kind, local)) = named else {
            return;
        };
        let path = &self.evaluation.config.node(node).path;
        let config = match path.is_root() {
            true => local.clone(),
            false => format!("{path}.{local}"),
        };
        if self.conditions.has(kind, &config) {
            let scopes = self.evaluation.instances(node);
            let names = scopes.iter().map(|scope| self.names(scope, &local).1);
            self.conditions.expand(kind, &config, names);
        }
    }

    fn validate(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        if !self.judges {
            return Diagnostics::default();
        }
        let module = self.evaluation.module(scope.node);
        let Some((name, variable)) = module.variables.get_index(index) else {
            return Diagnostics::default();
        };
        let (config, address) = self.names(scope, &format!("var.{name}"));
        let validation = Validation {
            early: false,
            config: self.evaluation.config,
            view: &self.evaluation.view(scope),
            given: self
                .evaluation
                .given_at(scope, name)
                .unwrap_or(variable.span),
        };
        validation.judge(&variable.validations, self.conditions, (&config, &address))
    }

    fn output(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.evaluation.module(scope.node);
        let Some((name, output)) = module.outputs.get_index(index) else {
            return Diagnostics::default();
        };
        let mut diagnostics = Diagnostics::default();
        if self.judges {
            let failure = Failure {
                summary: "Module output value precondition failed",
                severity: self.severity,
            };
            let (config, address) = self.names(scope, &format!("output.{name}"));
            let object = ("output", config.as_str(), address.as_str());
            let view = self.evaluation.view(scope);
            let rules = &output.preconditions;
            diagnostics.extend(check_rules(&view, rules, failure, self.conditions, object));
        }
        if !diagnostics.has_errors() {
            diagnostics.extend(self.evaluation.evaluate_output(scope, index, self.keeps));
        }
        diagnostics
    }

    fn check(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        if !self.judges {
            return Diagnostics::default();
        }
        let module = self.evaluation.module(scope.node);
        let Some((name, check)) = module.checks.get_index(index) else {
            return Diagnostics::default();
        };
        let failure = Failure {
            summary: ASSERTION,
            severity: Severity::Warning,
        };
        let (config, address) = self.names(scope, &format!("check.{name}"));
        let object = ("check", config.as_str(), address.as_str());
        let view = self.evaluation.view(scope);
        if self.conditions.has_failed("check", &config, &address) {
            // What could not be read has been said already.
            return Diagnostics::default();
        }
        check_rules(&view, &check.asserts, failure, self.conditions, object)
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
