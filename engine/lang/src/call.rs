//! Calling a function with evaluated arguments.

use trueup_value::{Marks, Type, Value};

use crate::function::{Function, FunctionError, Implementation, Param, ResultType};

impl Function {
    /// Calls the function with `args`, which have the types of its parameters
    /// and are as many as it takes.
    ///
    /// # Errors
    /// What the implementation reports, a null argument it does not take, and
    /// any call of a lazy function. What the implementation says about sensitive
    /// and ephemeral arguments it does not see as such is kept only if it cites
    /// nothing.
    pub fn call(&self, args: &[Value]) -> Result<Value, FunctionError> {
        let Implementation::Strict { result, body } = &self.implementation else {
            return Err(FunctionError::new("arguments must be expressions"));
        };
        let (args, marks) = self.strip_marks(args);
        let Some(ty) = self.result_type(&args, marks, result.as_ref())? else {
            return Ok(Value::dynamic().with_marks(marks | marks_of(&args)));
        };
        let value = if self.must_wait(&args) {
            // Terraform forgets these marks until the result is known.
            Value::unknown(ty).with_marks(marks_of(&args))
        } else {
            body(&args, &ty).map_err(|error| conceal(error, marks, &args))?
        };
        let value = if self.never_null {
            value.refine_not_null()
        } else {
            value
        };
        Ok(value.with_marks(marks))
    }

    /// The arguments as the implementation sees them, and what marks that hid.
    fn strip_marks(&self, args: &[Value]) -> (Vec<Value>, Marks) {
        let mut hidden = Marks::NONE;
        let strip = |(index, arg): (usize, &Value)| {
            if self.allows(index, |param| param.allow_marked) || !arg.contains_marked() {
                return arg.clone();
            }
            let (bare, marks) = arg.unmark_deep();
            hidden |= marks;
            bare
        };
        let stripped = args.iter().enumerate().map(strip).collect();
        (stripped, hidden)
    }

    /// The type of the result; `None` if an argument of unknown type keeps it
    /// from being known.
    fn result_type(
        &self,
        args: &[Value],
        hidden: Marks,
        result: &ResultType,
    ) -> Result<Option<Type>, FunctionError> {
        for (index, arg) in args.iter().enumerate() {
            if arg.is_null() && !self.allows(index, |param| param.allow_null) {
                return Err(FunctionError::argument(index, "argument must not be null"));
            }
            if arg.is_type_dynamic() && !self.allows(index, |param| param.allow_dynamic) {
                return Ok(None);
            }
        }
        let ty = result(args).map_err(|error| conceal(error, hidden, args))?;
        Ok(Some(ty))
    }

    fn must_wait(&self, args: &[Value]) -> bool {
        let mut args = args.iter().enumerate();
        args.any(|(index, arg)| !arg.is_known() && !self.allows(index, |param| param.allow_unknown))
    }

    fn allows(&self, index: usize, exception: impl Fn(&Param) -> bool) -> bool {
        self.param(index).is_some_and(exception)
    }
}

/// `error` without its text if that may cite what must not be shown.
fn conceal(error: FunctionError, hidden: Marks, args: &[Value]) -> FunctionError {
    let secret = hidden.contains(Marks::SENSITIVE) || hidden.contains(Marks::EPHEMERAL);
    if !secret || !cites(&error.message, args) {
        return error;
    }
    let kind = match hidden.contains(Marks::SENSITIVE) {
        true => "sensitive",
        false => "ephemeral",
    };
    FunctionError {
        message: format!("an argument is {kind}, so what is wrong is not shown"),
        ..error
    }
}

/// Whether `message` may contain a part of an argument: parts come in quotes,
/// behind a colon, as numbers, or as they are.
fn cites(message: &str, args: &[Value]) -> bool {
    let marked = |c: char| c.is_ascii_digit() || !c.is_ascii() || "\"'`:\\".contains(c);
    message.contains(marked) || args.iter().any(|arg| is_cited(arg, message))
}

/// Whether a text in `value` is in `message`.
fn is_cited(value: &Value, message: &str) -> bool {
    let (value, _) = value.unmarked();
    match value.as_str() {
        Some(text) => !text.is_empty() && message.contains(text),
        None => value.elements().any(|(key, element)| {
            key.as_str().is_some_and(|key| message.contains(key)) || is_cited(&element, message)
        }),
    }
}

/// The marks that the implementation would have seen.
fn marks_of(args: &[Value]) -> Marks {
    let marks = args.iter().map(Value::marks);
    marks.fold(Marks::NONE, |all, marks| all | marks)
}
