//! What the expressions of a module may refer to.

use std::{cell::RefCell, collections::HashMap};

use trueup_lang::{Cause, Resolution, Scope, Variables, evaluate, notes, references};
use trueup_syntax::{
    Diagnostic, Diagnostics, Note,
    ast::{Expr, Traversal},
};
use trueup_value::{Marks, Str, Type, Value, convert};

use super::{Environment, Evaluated};
use crate::{
    address::{Resource as Address, ResourceMode, Subject, parse_reference},
    config::{Local, Module, Variable, with_path},
    load::{Config, Node, NodeId},
};

/// The values of a module's input variables, where they are known.
pub type Inputs = HashMap<Str, Value>;

/// Whether `count` and `each` mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Repetition {
    /// Neither.
    #[default]
    None,
    /// `count.index`
    Count,
    /// `each.key` and `each.value`
    Each,
    /// All of them.
    Any,
}

/// The scope of a module while nothing has been created.
///
/// Resources are unknown; variables are too unless `inputs` has them.
pub struct ModuleScope<'a> {
    /// The whole configuration.
    pub config: &'a Config,
    /// Which module of it.
    pub id: NodeId,
    /// What there is around it.
    pub environment: &'a Environment<'a>,
    inputs: Option<&'a Inputs>,
    locals: Vec<Option<Value>>,
    calls: RefCell<HashMap<Str, Value>>,
}

/// A [`ModuleScope`] as seen from one block.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(super) scope: &'a ModuleScope<'a>,
    pub(super) repetition: Repetition,
    /// What `self` stands for.
    pub(super) own: Option<&'a Address>,
    /// The `check` block it is in.
    pub(super) check: Option<&'a Str>,
}

impl<'a> ModuleScope<'a> {
    /// The scope of a module before its local values are evaluated.
    pub fn new(
        config: &'a Config,
        id: NodeId,
        environment: &'a Environment<'a>,
        inputs: Option<&'a Inputs>,
    ) -> Self {
        let locals = config.node(id).module.locals.len();
        ModuleScope {
            config,
            id,
            environment,
            inputs,
            locals: vec![None; locals],
            calls: RefCell::default(),
        }
    }

    /// Its place in the tree of modules.
    pub fn node(&self) -> &'a Node {
        self.config.node(self.id)
    }

    /// What it declares.
    pub fn module(&self) -> &'a Module {
        &self.node().module
    }

    /// The same, in which variables have these values.
    pub(super) fn with_inputs<'b>(&self, inputs: &'b Inputs) -> ModuleScope<'b>
    where
        'a: 'b,
    {
        ModuleScope {
            config: self.config,
            id: self.id,
            environment: self.environment,
            inputs: Some(inputs),
            locals: self.locals.clone(),
            calls: RefCell::default(),
        }
    }

    /// The scope as most blocks see it.
    pub fn view(&self) -> View<'_> {
        View {
            scope: self,
            repetition: Repetition::None,
            own: None,
            check: None,
        }
    }

    /// Evaluates all local values, each after those it refers to, and returns
    /// what was found, by index.
    pub fn evaluate_locals(&mut self) -> Vec<(usize, Diagnostics)> {
        let module = self.module();
        let mut found = Vec::new();
        for index in local_order(module) {
            let Some((_, local)) = module.locals.get_index(index) else {
                continue;
            };
            let (value, diagnostics) = match refers_to_itself(local) {
                Some(diagnostic) => (Value::dynamic(), Diagnostics(vec![diagnostic])),
                None => self.view().evaluate(&local.value.expr, &Type::Dynamic),
            };
            if !diagnostics.0.is_empty() {
                found.push((index, diagnostics));
            }
            self.locals[index] = Some(value);
        }
        found
    }

    /// The value of a variable; unknown if it is not given.
    fn variable(&self, variable: &Variable) -> Value {
        let given = self
            .inputs
            .and_then(|inputs| inputs.get(&variable.name.name));
        let value = given
            .cloned()
            .unwrap_or_else(|| Value::unknown(variable.value_type().clone()));
        let mut marks = Marks::NONE;
        if variable.sensitive {
            marks |= Marks::SENSITIVE;
        }
        if variable.ephemeral {
            marks |= Marks::EPHEMERAL;
        }
        value.with_marks(marks)
    }

    fn local(&self, name: &Str) -> Value {
        let index = self.module().locals.get_index_of(name);
        let value = index.and_then(|index| self.locals.get(index)?.clone());
        value.unwrap_or_else(Value::dynamic)
    }

    /// A module call as an object of its outputs, none of them known.
    fn call(&self, name: &Str) -> Value {
        if let Some(value) = self.calls.borrow().get(name) {
            return value.clone();
        }
        let value = self.call_value(name);
        self.calls.borrow_mut().insert(name.clone(), value.clone());
        value
    }

    fn call_value(&self, name: &Str) -> Value {
        let node = self.node();
        let (Some(call), Some(child)) =
            (node.module.module_calls.get(name), node.children.get(name))
        else {
            return Value::dynamic();
        };
        let outputs = self.config.node(*child).module.outputs.values();
        let object = Type::object(outputs.map(|o| (o.name.name.clone(), Type::Dynamic)));
        Value::unknown(match (&call.count, &call.for_each) {
            (Some(_), _) => Type::list(object),
            (None, Some(_)) => Type::map(object),
            (None, None) => object,
        })
    }
}

fn refers_to_itself(local: &Local) -> Option<Diagnostic> {
    let name = &local.name.name;
    let found = references(&local.value.expr).into_iter();
    let mut found = found.filter_map(|traversal| parse_reference(traversal).ok());
    let own = found.find(|r| matches!(&r.subject, Subject::Local(other) if other == name))?;
    Some(Diagnostic::error(
        "Self-referencing local value",
        format!("Local value local.{name} cannot use its own result as part of its expression."),
        own.span,
    ))
}

/// The order in which local values can be evaluated; those in a cycle are left
/// out.
fn local_order(module: &Module) -> Vec<usize> {
    let mut waiting = vec![0_usize; module.locals.len()];
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); module.locals.len()];
    for (index, local) in module.locals.values().enumerate() {
        for traversal in references(&local.value.expr) {
            let Ok(reference) = parse_reference(traversal) else {
                continue;
            };
            if let Subject::Local(name) = &reference.subject
                && let Some(other) = module.locals.get_index_of(name)
                && other != index
            {
                waiting[index] += 1;
                dependents[other].push(index);
            }
        }
    }
    let mut order: Vec<usize> = (0..waiting.len()).filter(|i| waiting[*i] == 0).collect();
    let mut next = 0;
    while let Some(index) = order.get(next).copied() {
        next += 1;
        for dependent in std::mem::take(&mut dependents[index]) {
            waiting[dependent] -= 1;
            if waiting[dependent] == 0 {
                order.push(dependent);
            }
        }
    }
    order
}

impl<'a> View<'a> {
    /// The same with `count` or `each`.
    pub fn repeated(self, repetition: Repetition) -> Self {
        View { repetition, ..self }
    }

    /// The same with `self`.
    pub fn with_self(self, own: &'a Address) -> Self {
        View {
            own: Some(own),
            ..self
        }
    }

    /// The same from within a `check` block.
    pub fn within_check(self, check: Option<&'a Str>) -> Self {
        View { check, ..self }
    }

    /// Evaluates an expression and converts the result. What refers to
    /// something that isn't there is unknown in it.
    pub fn evaluate(&self, expr: &Expr, wanted: &Type) -> Evaluated {
        let mut diagnostics = self.check_references(references(expr));
        let (value, found) = evaluate(expr, &self.evaluation_scope());
        diagnostics.extend(found);
        if *wanted == Type::Dynamic {
            return (value, diagnostics);
        }
        match convert::convert(&value, wanted) {
            Ok(value) => (value, diagnostics),
            Err(error) => {
                let detail = format!("Invalid expression value: {}.", with_path(&error));
                let diagnostic = Diagnostic::error("Incorrect value type", detail, expr.span);
                diagnostics.push(self.noted(diagnostic, expr, Cause::default()));
                (Value::unknown(wanted.clone()), diagnostics)
            }
        }
    }

    /// What the references of an expression are.
    pub(crate) fn notes(&self, expr: &Expr, cause: Cause) -> Vec<Note> {
        notes(expr, &self.evaluation_scope(), cause)
    }

    /// `diagnostic` with the values that `expr` refers to.
    pub(super) fn noted(
        &self,
        mut diagnostic: Diagnostic,
        expr: &Expr,
        cause: Cause,
    ) -> Diagnostic {
        diagnostic.values = self.notes(expr, cause);
        diagnostic
    }

    /// What the evaluator sees of it.
    pub(super) fn evaluation_scope(&self) -> Scope<'_> {
        Scope::new(self, self.scope.environment.functions)
            .with_sources(self.scope.config.sources())
            .with_providers(&self.scope.module().requirements)
    }

    /// The value of a reference that was checked before.
    fn value(&self, subject: &Subject) -> Option<Value> {
        let scope = self.scope;
        Some(match subject {
            Subject::Variable(name) => scope.variable(scope.module().variables.get(name)?),
            Subject::Local(name) => scope.local(name),
            Subject::Count(_) => Value::unknown(Type::Number),
            Subject::Each(name) if name.as_str() == "key" => Value::unknown(Type::String),
            Subject::Each(_) => Value::dynamic(),
            Subject::Path(name) => self.path(name)?,
            Subject::Terraform(name) => match name.as_str() {
                "workspace" => Value::string(scope.environment.workspace),
                _ => Value::bool(false).with_marks(Marks::EPHEMERAL),
            },
            Subject::SelfObject => Value::dynamic(),
            Subject::Resource(address) | Subject::ResourceInstance(address, _) => {
                match address.mode {
                    ResourceMode::Ephemeral => Value::dynamic().with_marks(Marks::EPHEMERAL),
                    _ => Value::dynamic(),
                }
            }
            Subject::Module(name)
            | Subject::ModuleInstance(name, _)
            | Subject::ModuleOutput(name, ..) => scope.call(name),
        })
    }

    fn path(&self, name: &str) -> Option<Value> {
        let shown = |path: &std::path::Path| match path.to_string_lossy() {
            text if text.is_empty() => Value::string("."),
            text => Value::string(text.as_ref()),
        };
        match name {
            "module" => Some(shown(&self.scope.module().dir)),
            "root" => {
                let config = self.scope.config;
                Some(shown(&config.node(config.root()).module.dir))
            }
            "cwd" => Some(Value::string(self.scope.environment.cwd)),
            _ => None,
        }
    }
}

impl Variables for View<'_> {
    fn resolve(&self, traversal: &Traversal) -> Resolution {
        let Ok(reference) = parse_reference(traversal) else {
            // Reported where references are checked.
            return Resolution::Found {
                value: Value::dynamic(),
                steps: traversal.steps.len(),
            };
        };
        let steps = match &reference.subject {
            Subject::SelfObject | Subject::Resource(_) | Subject::ResourceInstance(..) => 0,
            _ => 1,
        };
        match self.value(&reference.subject) {
            Some(value) => Resolution::Found { value, steps },
            None => Resolution::root(Value::dynamic()),
        }
    }
}
