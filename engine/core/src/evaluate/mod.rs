//! Values of a run: variables, local values, outputs and objects, once for
//! each module instance.
//!
//! A value is computed when the walk reaches what declares it, after all it
//! refers to; references then find it finished. No object of everything is
//! ever built: a traversal is followed as far as it leads to one value.

mod repetition;
mod resolve;
mod variable;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::BTreeMap,
    path::Path,
    rc::Rc,
};

use trueup_lang::{Cause, Scope, evaluate, function::Functions, notes};
use trueup_syntax::{Diagnostic, Diagnostics, Note, ast::Expr};
use trueup_value::{Marks, Str, Type, Value, convert};

pub(crate) use repetition::set_hint;
pub use repetition::{Each, Keys};

use crate::{
    address::{InstanceKey, ModuleInstance},
    config::Module,
    load::{Config, NodeId},
    validate::Item,
};

/// All module instances of a run and what is in them.
pub struct Evaluation<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The functions.
    pub functions: &'a Functions,
    /// `terraform.workspace`
    pub workspace: &'a str,
    /// `path.cwd`
    pub cwd: &'a str,
    inputs: &'a BTreeMap<Str, Value>,
    /// `terraform.applying`
    applying: Cell<bool>,
    /// The instances of every module of the configuration.
    instances: RefCell<Vec<Vec<Rc<ModuleScope>>>>,
}

/// An instance of a module.
pub struct ModuleScope {
    /// Which module.
    pub node: NodeId,
    /// Its address.
    pub address: ModuleInstance,
    /// The instance that called it, and as which repetition.
    pub caller: Option<(Rc<ModuleScope>, Each)>,
    variables: Vec<OnceCell<Value>>,
    locals: Vec<OnceCell<Value>>,
    outputs: Vec<OnceCell<Value>>,
    calls: Vec<OnceCell<ModuleInstances>>,
    resources: Vec<OnceCell<ResourceInstances>>,
}

/// The instances of a call, in the order of their keys.
struct ModuleInstances {
    keys: Keys,
    instances: Vec<Rc<ModuleScope>>,
    whole: OnceCell<Value>,
}

/// The instances of a resource, in the order of their keys.
pub struct ResourceInstances {
    /// Their keys.
    pub keys: Keys,
    values: Vec<OnceCell<Standing>>,
    whole: OnceCell<Value>,
}

/// What there is of an instance.
#[derive(Clone, Debug)]
enum Standing {
    /// An object.
    Object(Value),
    /// None, and this run makes none; objects of it are of this type.
    Absent(Type),
}

/// A module instance as seen from one block.
#[derive(Clone, Copy)]
pub struct View<'a> {
    evaluation: &'a Evaluation<'a>,
    module: &'a ModuleScope,
    each: &'a Each,
    own: Option<&'a Value>,
}

impl<'a> Evaluation<'a> {
    /// A run of `config`, in which only the root module is there yet.
    pub fn new(
        config: &'a Config,
        functions: &'a Functions,
        workspace: &'a str,
        cwd: &'a str,
        inputs: &'a BTreeMap<Str, Value>,
    ) -> Self {
        let evaluation = Evaluation {
            config,
            functions,
            workspace,
            cwd,
            inputs,
            applying: Cell::new(false),
            instances: RefCell::new(vec![Vec::new(); config.nodes().len()]),
        };
        if !config.is_empty() {
            let root = evaluation.scope(config.root(), ModuleInstance::default(), None);
            evaluation.add(Rc::new(root));
        }
        evaluation
    }

    fn scope(
        &self,
        node: NodeId,
        address: ModuleInstance,
        caller: Option<(Rc<ModuleScope>, Each)>,
    ) -> ModuleScope {
        let module = &self.config.node(node).module;
        ModuleScope {
            node,
            address,
            caller,
            variables: cells(module.variables.len()),
            locals: cells(module.locals.len()),
            outputs: cells(module.outputs.len()),
            calls: cells(module.module_calls.len()),
            resources: cells(module.resources.len()),
        }
    }

    fn add(&self, scope: Rc<ModuleScope>) {
        if let Some(instances) = self.instances.borrow_mut().get_mut(scope.node.0 as usize) {
            instances.push(scope);
        }
    }

    /// Lets expressions know that the run applies.
    pub(crate) fn set_applying(&self) {
        self.applying.set(true);
    }

    /// What a module declares.
    pub fn module(&self, node: NodeId) -> &'a Module {
        &self.config.node(node).module
    }

    /// The instances of a module, as far as its callers were expanded.
    pub fn instances(&self, node: NodeId) -> Vec<Rc<ModuleScope>> {
        let instances = self.instances.borrow();
        instances.get(node.0 as usize).cloned().unwrap_or_default()
    }

    /// The root module's instance.
    pub fn root(&self) -> Option<Rc<ModuleScope>> {
        self.instances(self.config.root()).into_iter().next()
    }

    /// A module instance that is there no more: nothing in it has a value.
    pub fn detached(&self, node: NodeId, address: ModuleInstance) -> ModuleScope {
        self.scope(node, address, None)
    }

    /// A module instance as a block without repetition sees it.
    pub fn view<'b>(&'b self, module: &'b ModuleScope) -> View<'b> {
        View {
            evaluation: self,
            module,
            each: &Each::None,
            own: None,
        }
    }

    /// Makes the instances of a module call. Nothing is made where it is not
    /// known yet how many there are; false then.
    pub fn expand_call(&self, scope: &Rc<ModuleScope>, index: usize) -> (bool, Diagnostics) {
        let node = self.config.node(scope.node);
        let (Some((name, call)), Some(cell)) = (
            node.module.module_calls.get_index(index),
            scope.calls.get(index),
        ) else {
            return (true, Diagnostics::default());
        };
        let count = call.count.as_ref().map(|attribute| &attribute.expr);
        let for_each = call.for_each.as_ref().map(|attribute| &attribute.expr);
        let (keys, diagnostics) = self.view(scope).keys(count, for_each);
        let (Some(keys), Some(child)) = (keys, node.children.get(name)) else {
            return (true, diagnostics);
        };
        let mut instances = Vec::new();
        for each in keys.each() {
            let mut address = scope.address.clone();
            address.0.push((name.clone(), each.key()));
            let child = Rc::new(self.scope(*child, address, Some((Rc::clone(scope), each))));
            self.add(Rc::clone(&child));
            instances.push(child);
        }
        let known = !matches!(keys, Keys::Unknown);
        let _ = cell.set(ModuleInstances {
            keys,
            instances,
            whole: OnceCell::new(),
        });
        (known, diagnostics)
    }

    /// Decides how many instances of a resource there are.
    pub fn expand_resource(
        &self,
        scope: &ModuleScope,
        index: usize,
    ) -> (Option<Keys>, Diagnostics) {
        let module = self.module(scope.node);
        let Some((_, resource)) = module.resources.get_index(index) else {
            return (None, Diagnostics::default());
        };
        let count = resource.count.as_ref().map(|attribute| &attribute.expr);
        let for_each = resource.for_each.as_ref().map(|attribute| &attribute.expr);
        let (keys, diagnostics) = self.view(scope).keys(count, for_each);
        if let (Some(keys), Some(cell)) = (&keys, scope.resources.get(index)) {
            let _ = cell.set(ResourceInstances {
                values: cells(keys.len()),
                keys: keys.clone(),
                whole: OnceCell::new(),
            });
        }
        (keys, diagnostics)
    }

    /// Computes a local value.
    pub fn evaluate_local(&self, scope: &ModuleScope, index: usize) -> Diagnostics {
        let module = self.module(scope.node);
        let (Some((_, local)), Some(cell)) =
            (module.locals.get_index(index), scope.locals.get(index))
        else {
            return Diagnostics::default();
        };
        let (value, diagnostics) = self.view(scope).evaluate(&local.value.expr, &Type::Dynamic);
        if !diagnostics.has_errors() {
            let _ = cell.set(value);
        }
        diagnostics
    }

    /// Computes an output, sensitive if it is declared to be. If it is to be
    /// `kept` in a state, one of the root module must not show what is sensitive.
    pub fn evaluate_output(&self, scope: &ModuleScope, index: usize, kept: bool) -> Diagnostics {
        let module = self.module(scope.node);
        let (Some((_, output)), Some(cell)) =
            (module.outputs.get_index(index), scope.outputs.get(index))
        else {
            return Diagnostics::default();
        };
        let Some(attribute) = &output.value else {
            return Diagnostics::default();
        };
        let (value, mut diagnostics) = self.view(scope).evaluate(&attribute.expr, &Type::Dynamic);
        let marks = value.deep_marks();
        let exposed = !output.sensitive && marks.contains(Marks::SENSITIVE);
        if kept && exposed && scope.address.0.is_empty() {
            diagnostics.push(Diagnostic::error(
                "Output refers to sensitive values",
                "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true",
                output.span,
            ));
        }
        if !diagnostics.has_errors() {
            let mut declared = Marks::NONE;
            if output.sensitive {
                declared |= Marks::SENSITIVE;
            }
            if output.ephemeral {
                declared |= Marks::EPHEMERAL;
            }
            let _ = cell.set(value.with_marks(declared));
        }
        diagnostics
    }

    /// An output, once it is computed.
    pub fn output(&self, scope: &ModuleScope, index: usize) -> Option<Value> {
        scope.outputs.get(index)?.get().cloned()
    }
}

impl ModuleScope {
    /// Says which instances of a resource there are, without asking the
    /// configuration.
    pub(crate) fn remember(&self, index: usize, keys: Keys) -> Option<&ResourceInstances> {
        let cell = self.resources.get(index)?;
        Some(cell.get_or_init(|| ResourceInstances {
            values: cells(keys.len()),
            keys,
            whole: OnceCell::new(),
        }))
    }

    /// The instances of a resource, once they are known.
    pub fn resource(&self, index: usize) -> Option<&ResourceInstances> {
        self.resources.get(index)?.get()
    }

    /// Whether the value of a variable, local value or output is known.
    pub fn is_known(&self, item: Item) -> bool {
        let cell = match item {
            Item::Variable(index) => self.variables.get(index),
            Item::Local(index) => self.locals.get(index),
            Item::Output(index) => self.outputs.get(index),
            _ => None,
        };
        cell.and_then(OnceCell::get)
            .is_some_and(Value::is_wholly_known)
    }

    /// Whether the instances of a call were made.
    pub fn expanded(&self, index: usize) -> bool {
        self.calls
            .get(index)
            .is_none_or(|cell| cell.get().is_some())
    }
}

impl ResourceInstances {
    /// Sets what references to the instance at `position` lead to.
    pub fn set(&self, position: usize, value: Value) {
        if let Some(cell) = self.values.get(position) {
            let _ = cell.set(Standing::Object(value));
        }
    }

    /// Notes that there is no object of the instance at `position`, nor will
    /// be. References find the instances there are.
    pub fn set_absent(&self, position: usize, ty: Type) {
        if let Some(cell) = self.values.get(position) {
            let _ = cell.set(Standing::Absent(ty));
        }
    }

    /// What references to an instance lead to; none if it does not exist.
    fn get(&self, position: usize) -> Option<Value> {
        match self.values.get(position).and_then(OnceCell::get) {
            Some(Standing::Object(value)) => Some(value.clone()),
            Some(Standing::Absent(_)) => None,
            None => Some(Value::dynamic()),
        }
    }

    fn whole(&self) -> Value {
        if let Some(whole) = self.whole.get() {
            return whole.clone();
        }
        if self.values.iter().any(|cell| cell.get().is_none()) {
            return self.gather();
        }
        self.whole.get_or_init(|| self.gather()).clone()
    }

    /// All instances as one value: itself, a tuple or an object.
    fn gather(&self) -> Value {
        match &self.keys {
            Keys::Count(_) => {
                let last = (0..self.values.len())
                    .rev()
                    .find(|at| self.get(*at).is_some());
                let count = last.map_or(0, |last| last + 1);
                Value::tuple((0..count).map(|at| self.get_or_unknown(at)).collect())
            }
            Keys::Each(entries) => {
                let keys = entries.iter().enumerate();
                Value::object(keys.filter_map(|(at, (key, _))| Some((key.clone(), self.get(at)?))))
            }
            Keys::Single => self.get_or_unknown(0),
            Keys::Unknown => Value::dynamic(),
        }
    }

    fn get_or_unknown(&self, position: usize) -> Value {
        match self.values.get(position).and_then(OnceCell::get) {
            Some(Standing::Object(value)) => value.clone(),
            Some(Standing::Absent(ty)) => Value::unknown(ty.clone()),
            None => Value::dynamic(),
        }
    }
}

impl<'a> View<'a> {
    /// The same with `count` or `each`.
    pub fn repeated(self, each: &'a Each) -> Self {
        View { each, ..self }
    }

    /// The same with `self`.
    pub fn with_self(self, own: &'a Value) -> Self {
        View {
            own: Some(own),
            ..self
        }
    }

    /// Calls `with` with the scope expressions are evaluated in.
    pub fn scope<T>(&self, with: impl FnOnce(&Scope<'_>) -> T) -> T {
        let config = self.evaluation.config;
        let module = &config.node(self.module.node).module;
        let scope = Scope::new(self, self.evaluation.functions)
            .with_sources(config.sources())
            .with_providers(&module.requirements);
        with(&scope)
    }

    /// What the references of an expression are, to be told below a
    /// diagnostic about it.
    pub fn notes(&self, expr: &Expr, cause: Cause) -> Vec<Note> {
        self.scope(|scope| notes(expr, scope, cause))
    }

    /// Evaluates an expression and converts the result.
    pub fn evaluate(&self, expr: &Expr, wanted: &Type) -> (Value, Diagnostics) {
        let (value, mut diagnostics) = self.scope(|scope| evaluate(expr, scope));
        if *wanted == Type::Dynamic || diagnostics.has_errors() {
            return (value, diagnostics);
        }
        match convert::convert(&value, wanted) {
            Ok(value) => (value, diagnostics),
            Err(error) => {
                let detail = format!("Invalid expression value: {error}.");
                diagnostics.push(Diagnostic::error("Incorrect value type", detail, expr.span));
                (Value::unknown(wanted.clone()), diagnostics)
            }
        }
    }

    fn path(&self, name: &str) -> Option<Value> {
        let shown = |path: &Path| match path.to_string_lossy() {
            text if text.is_empty() => Value::string("."),
            text => Value::string(text.as_ref()),
        };
        let config = self.evaluation.config;
        match name {
            "module" => Some(shown(&config.node(self.module.node).module.dir)),
            "root" => Some(shown(&config.node(config.root()).module.dir)),
            "cwd" => Some(Value::string(self.evaluation.cwd)),
            _ => None,
        }
    }
}

fn cells<T>(count: usize) -> Vec<OnceCell<T>> {
    (0..count).map(|_| OnceCell::new()).collect()
}

/// The key under which an instance is found, in the order of the instances.
fn position_of(keys: &Keys, key: Option<&InstanceKey>) -> Option<usize> {
    keys.position(key)
}
