//! What a function of the language is, and how it is called.
//!
//! The calling rules are those of Terraform: unless a parameter says
//! otherwise, a null argument is an error, an unknown argument makes the
//! result unknown, and marks of arguments pass to the result without the
//! implementation seeing them.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use trueup_syntax::{Diagnostics, Span, ast::Expr};
use trueup_value::{Type, Value};

/// A parameter of a [`Function`].
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name as documented.
    pub name: Cow<'static, str>,
    /// What arguments are converted to; [`Type::Dynamic`] takes anything.
    pub ty: Type,
    /// What it is for, as `metadata functions` prints it.
    pub description: &'static str,
    /// The implementation deals with null.
    pub allow_null: bool,
    /// The implementation deals with unknown values.
    pub allow_unknown: bool,
    /// The implementation deals with values whose type is not known yet.
    pub allow_dynamic: bool,
    /// The implementation deals with marks.
    pub allow_marked: bool,
    /// Of a lazy function: evaluated before the implementation begins, its
    /// errors reported as they are.
    pub eager: bool,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct FunctionError {
    /// The argument to blame, from 0.
    pub argument: Option<usize>,
    /// What is wrong, in Terraform's words: lower case, no period unless
    /// Terraform has one.
    pub message: String,
}

/// The result type for given arguments; called first, also with unknown ones.
pub type ResultType = dyn Fn(&[Value]) -> Result<Type, FunctionError> + Send + Sync;

/// The implementation; its result has the type [`ResultType`] returned.
pub type Body = dyn Fn(&[Value], &Type) -> Result<Value, FunctionError> + Send + Sync;

/// The implementation of a function that decides itself which arguments are
/// evaluated; its result may be of any type.
pub type LazyBody = dyn Fn(&dyn Expressions) -> Result<Value, FunctionError> + Send + Sync;

/// The arguments of a call before they are evaluated. The evaluator
/// implements it; `try` and `can` use it.
pub trait Expressions {
    /// How many there are; a final `list...` counts as its elements.
    fn count(&self) -> usize;

    /// Argument `index` as written; `None` for one that came out of an
    /// expanded list.
    fn expression(&self, index: usize) -> Option<&Expr>;

    /// Evaluates argument `index`. The diagnostics are not reported; if there
    /// is an error among them, the value means nothing.
    fn evaluate(&self, index: usize) -> (Value, Diagnostics);

    /// A place as Terraform prints it: `main.tf:1,9-15`.
    fn locate(&self, span: Span) -> String;
}

/// How a function is carried out.
#[derive(Clone)]
pub enum Implementation {
    /// With evaluated arguments.
    Strict {
        /// The result type.
        result: Arc<ResultType>,
        /// The implementation.
        body: Arc<Body>,
    },
    /// With expressions, of which it evaluates what it needs. Arguments are
    /// not converted, and none of the calling rules applies.
    Lazy {
        /// The result type; [`Type::Dynamic`] if it depends on the arguments.
        result: Type,
        /// The implementation.
        body: Arc<LazyBody>,
    },
}

/// A function of the language.
#[derive(Clone)]
pub struct Function {
    /// What it does, as `metadata functions` prints it.
    pub description: &'static str,
    /// The parameters every call needs.
    pub params: Vec<Param>,
    /// What all further arguments are, if there may be any.
    pub variadic: Option<Param>,
    /// How it is carried out.
    pub implementation: Implementation,
    /// An unknown result is known not to be null.
    pub never_null: bool,
}

/// Functions by name, such as `upper` or `provider::SOURCE::name`. What configurations
/// call `core::upper` is `upper`.
pub type Functions = BTreeMap<String, Function>;

impl Param {
    /// A parameter with none of the exceptions.
    pub fn new(name: impl Into<Cow<'static, str>>, ty: Type) -> Self {
        Param {
            name: name.into(),
            ty,
            description: "",
            allow_null: false,
            allow_unknown: false,
            allow_dynamic: false,
            allow_marked: false,
            eager: false,
        }
    }

    /// The same with a description.
    pub fn describe(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// The same; the implementation deals with null.
    pub fn nullable(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// The same; the implementation deals with unknown values.
    pub fn unknowable(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// The same; the implementation deals with values of unknown type.
    pub fn dynamic(mut self) -> Self {
        self.allow_dynamic = true;
        self
    }

    /// The same; the implementation deals with marks.
    pub fn markable(mut self) -> Self {
        self.allow_marked = true;
        self
    }

    /// The same; a lazy function gets the value, or is not carried out.
    pub fn eager(mut self) -> Self {
        self.eager = true;
        self
    }
}

impl Function {
    /// A function whose result is always of type `ty` and never null.
    pub fn new<F>(description: &'static str, params: Vec<Param>, ty: Type, body: F) -> Self
    where
        F: Fn(&[Value]) -> Result<Value, FunctionError> + Send + Sync + 'static,
    {
        let result = move |_: &[Value]| Ok(ty.clone());
        Function::typed(description, params, result, move |args, _| body(args)).not_null()
    }

    /// A function whose result type depends on its arguments; the result may
    /// be null.
    pub fn typed<T, F>(description: &'static str, params: Vec<Param>, result: T, body: F) -> Self
    where
        T: Fn(&[Value]) -> Result<Type, FunctionError> + Send + Sync + 'static,
        F: Fn(&[Value], &Type) -> Result<Value, FunctionError> + Send + Sync + 'static,
    {
        Function {
            description,
            params,
            variadic: None,
            implementation: Implementation::Strict {
                result: Arc::new(result),
                body: Arc::new(body),
            },
            never_null: false,
        }
    }

    /// A function that gets its arguments as expressions.
    pub fn lazy<F>(description: &'static str, params: Vec<Param>, body: F) -> Self
    where
        F: Fn(&dyn Expressions) -> Result<Value, FunctionError> + Send + Sync + 'static,
    {
        Function {
            description,
            params,
            variadic: None,
            implementation: Implementation::Lazy {
                result: Type::Dynamic,
                body: Arc::new(body),
            },
            never_null: false,
        }
    }

    /// The same; further arguments may follow.
    pub fn variadic(mut self, param: Param) -> Self {
        self.variadic = Some(param);
        self
    }

    /// The same; an unknown result is known not to be null.
    pub fn not_null(mut self) -> Self {
        self.never_null = true;
        self
    }

    /// The same; an unknown result may turn out to be null.
    pub fn maybe_null(mut self) -> Self {
        self.never_null = false;
        self
    }

    /// The parameter that argument `index` is for.
    pub fn param(&self, index: usize) -> Option<&Param> {
        self.params.get(index).or(self.variadic.as_ref())
    }

    /// The same, of a function that gets its arguments as expressions; the
    /// result is always of type `ty`.
    pub fn returning(mut self, ty: Type) -> Self {
        if let Implementation::Lazy { result, .. } = &mut self.implementation {
            *result = ty;
        }
        self
    }

    /// The result type as far as it does not depend on the arguments.
    pub fn static_result(&self) -> Type {
        let result = match &self.implementation {
            Implementation::Strict { result, .. } => result,
            Implementation::Lazy { result, .. } => return result.clone(),
        };
        let params = self.params.iter().chain(&self.variadic);
        if params
            .clone()
            .any(|p| p.ty == Type::Dynamic && !p.allow_dynamic)
        {
            return Type::Dynamic;
        }
        let arguments: Vec<Value> = params.map(|p| Value::unknown(p.ty.clone())).collect();
        result(&arguments).unwrap_or(Type::Dynamic)
    }
}

impl FunctionError {
    /// An error that blames no argument.
    pub fn new(message: impl Into<String>) -> Self {
        FunctionError {
            argument: None,
            message: message.into(),
        }
    }

    /// An error that blames argument `index`.
    pub fn argument(index: usize, message: impl Into<String>) -> Self {
        FunctionError {
            argument: Some(index),
            message: message.into(),
        }
    }
}
