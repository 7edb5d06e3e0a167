//! What a function of the language is, and how it is called.
//!
//! The calling rules are those of Terraform: unless a parameter says
//! otherwise, a null argument is an error, an unknown argument makes the
//! result unknown, and marks of arguments pass to the result without the
//! implementation seeing them.

use std::{collections::BTreeMap, sync::Arc};

use trueup_value::{Type, Value};

/// A parameter of a [`Function`].
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name as documented.
    pub name: &'static str,
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

/// A function of the language.
#[derive(Clone)]
pub struct Function {
    /// What it does, as `metadata functions` prints it.
    pub description: &'static str,
    /// The parameters every call needs.
    pub params: Vec<Param>,
    /// What all further arguments are, if there may be any.
    pub variadic: Option<Param>,
    /// The result type.
    pub result: Arc<ResultType>,
    /// The implementation.
    pub body: Arc<Body>,
    /// An unknown result is known not to be null.
    pub never_null: bool,
}

/// Functions by name, such as `upper` or `core::upper`.
pub type Functions = BTreeMap<String, Function>;

impl Param {
    /// A parameter with none of the exceptions.
    pub fn new(name: &'static str, ty: Type) -> Self {
        Param {
            name,
            ty,
            description: "",
            allow_null: false,
            allow_unknown: false,
            allow_dynamic: false,
            allow_marked: false,
        }
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
