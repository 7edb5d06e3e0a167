//! What a function of a template is, and how it is called.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::{
    Error, Limits,
    value::{Str, Type, Value},
};

/// How a function is called. The engine checks arguments against it with Go's
/// rules and messages, so that bodies see only values that fit.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// The types of the arguments that every call has.
    pub params: &'static [Type],
    /// The type of any further arguments (`string` of `...string`).
    pub variadic: Option<Type>,
}

/// What a function does. The arguments fit the signature; a nil map or slice
/// parameter arrives as a typed nil.
pub type Body = dyn Fn(&mut Call<'_>, &[Value]) -> Result<Value, Error> + Send + Sync;

/// A function of the function map.
#[derive(Clone)]
pub struct Function {
    signature: Signature,
    body: Arc<Body>,
    flowing: Flowing,
    mutating: bool,
}

/// What of a function's arguments flows into its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flowing {
    /// All of them into all of it.
    Whole,
    /// It sees to that itself.
    Aware,
    /// What it puts together keeps its own flow: only the labels of maps and lists as such.
    Gathers,
    /// It picks one by looking at others: as before, and scalars.
    Chooses,
}

/// A method of a defined type. The first argument of the body is the receiver.
pub struct Method {
    /// The name, with an upper-case letter.
    pub name: &'static str,
    /// How it is called, without the receiver.
    pub signature: Signature,
    /// What it does.
    pub body: fn(&mut Call<'_>, &[Value]) -> Result<Value, Error>,
}

/// Functions by name.
#[derive(Clone, Default)]
pub struct Functions(HashMap<&'static str, Function>);

/// What a running function can ask of the engine.
pub struct Call<'a> {
    pub(crate) runtime: &'a mut dyn Runtime,
}

/// The engine behind a [`Call`].
pub(crate) trait Runtime {
    fn execute(&mut self, name: &str, data: &Value) -> Result<Value, Error>;
    fn execute_text(&mut self, text: &Str, data: &Value) -> Result<Value, Error>;
    fn limits(&self) -> &Limits;
    fn spend(&mut self, steps: u64) -> Result<(), Error>;
    fn depth_of(&mut self, name: &str) -> &mut usize;
    fn is_traced(&self) -> bool;
}

impl Signature {
    /// A fixed number of arguments.
    pub const fn fixed(params: &'static [Type]) -> Self {
        Signature {
            params,
            variadic: None,
        }
    }

    /// Any number of arguments after the fixed ones.
    pub const fn variadic(params: &'static [Type], rest: Type) -> Self {
        Signature {
            params,
            variadic: Some(rest),
        }
    }

    /// The type of argument `index`.
    pub(crate) fn param(&self, index: usize) -> Option<Type> {
        self.params.get(index).copied().or(self.variadic)
    }
}

impl Function {
    /// A function. What flows into any argument flows into its whole result.
    pub fn new(
        signature: Signature,
        body: impl Fn(&mut Call<'_>, &[Value]) -> Result<Value, Error> + Send + Sync + 'static,
    ) -> Self {
        Function {
            signature,
            body: Arc::new(body),
            flowing: Flowing::Whole,
            mutating: false,
        }
    }

    /// The function carries the flow of its arguments to the parts of its
    /// result itself (with [`Value::with_flow`]); the engine adds nothing.
    pub fn flow_aware(mut self) -> Self {
        self.flowing = Flowing::Aware;
        self
    }

    /// The function puts its arguments or their elements together as they
    /// are: each keeps its own flow.
    pub fn gathering(mut self) -> Self {
        self.flowing = Flowing::Gathers;
        self
    }

    /// The function returns an argument or an element as it is, or a fact
    /// that depends on no element: only the scalars that it looks at to
    /// choose, and maps and lists as such, flow into the result.
    pub fn choosing(mut self) -> Self {
        self.flowing = Flowing::Chooses;
        self
    }

    /// The function changes its first argument, a map: it can make cycles,
    /// which the renderer then looks for when it is dropped.
    pub fn mutating(mut self) -> Self {
        self.mutating = true;
        self
    }

    /// How it is called.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    pub(crate) fn flowing(&self) -> Flowing {
        self.flowing
    }

    pub(crate) fn is_mutating(&self) -> bool {
        self.mutating
    }

    pub(crate) fn call(&self, call: &mut Call<'_>, args: &[Value]) -> Result<Value, Error> {
        (self.body)(call, args)
    }
}

impl Functions {
    /// No functions; the built-in ones of text/template are always there.
    pub fn new() -> Self {
        Functions::default()
    }

    /// Adds `function`, in place of any that had the name.
    pub fn insert(&mut self, name: &'static str, function: Function) {
        self.0.insert(name, function);
    }

    /// Takes a function out.
    pub fn remove(&mut self, name: &str) -> Option<Function> {
        self.0.remove(name)
    }

    /// The function `name`.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.0.get(name)
    }

    /// Replaces the function `name` by what `change` makes of it.
    pub fn change(&mut self, name: &str, change: impl FnOnce(Function) -> Function) {
        if let Some(function) = self.0.get_mut(name) {
            *function = change(function.clone());
        }
    }

    /// The names, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}

impl Call<'_> {
    /// Executes the template `name` with `data` and returns what it printed,
    /// with its flow: the heart of `include`.
    ///
    /// # Errors
    /// The template is not defined, or failed.
    pub fn execute(&mut self, name: &str, data: &Value) -> Result<Value, Error> {
        self.runtime.execute(name, data)
    }

    /// Parses `text` beside the templates that are defined here, under the
    /// name of the root, and executes it: the heart of `tpl`. What it defines
    /// is seen by nobody else.
    ///
    /// # Errors
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) if the text is no
    /// template, else that of the execution.
    pub fn execute_text(&mut self, text: &Str, data: &Value) -> Result<Value, Error> {
        self.runtime.execute_text(text, data)
    }

    /// What the run may use: functions that make long results ask here first.
    pub fn limits(&self) -> &Limits {
        self.runtime.limits()
    }

    /// Uses up some of the step budget, for functions whose work grows faster
    /// than their arguments.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) when the budget is gone.
    pub fn spend(&mut self, steps: u64) -> Result<(), Error> {
        self.runtime.spend(steps)
    }

    /// Whether flow is wanted: functions that are
    /// [`flow_aware`](Function::flow_aware) need not look for it otherwise.
    pub fn is_traced(&self) -> bool {
        self.runtime.is_traced()
    }

    /// How often `name` is being included right now: a counter for the
    /// function to raise and lower, kept over nested executions.
    pub fn depth_of(&mut self, name: &str) -> &mut usize {
        self.runtime.depth_of(name)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
