//! Values of the host that are neither maps nor slices: times, versions,
//! certificates, errors, the structs behind `.Chart`.

use std::{any::Any, fmt};

use super::{Type, Value};
use crate::{
    Error,
    function::{Call, Method},
};

/// A struct, or a pointer to one, with fields and methods.
pub trait Object: Any + fmt::Debug {
    /// Its type: mostly [`Type::Opaque`], whose name starts with `*` if it is
    /// a pointer.
    fn ty(&self) -> Type;

    /// The exported field `name`.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// All fields in the order of the struct, for printing with `%v`.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// The method `name`: how many arguments it wants.
    fn method(&self, name: &str) -> Option<&'static Method> {
        let _ = name;
        None
    }

    /// What `Error()` or `String()` return, if it has one of them. Printing
    /// uses it.
    fn text(&self) -> Option<String> {
        None
    }

    /// Whether `eq` holds it equal to `other`, which has the same type; none
    /// if the type is not comparable.
    fn equals(&self, other: &dyn Object) -> Option<bool> {
        let _ = other;
        None
    }

    /// The value that JSON and YAML printers write instead.
    fn data(&self) -> Option<Value> {
        None
    }

    /// For downcasts.
    fn as_any(&self) -> &dyn Any;
}

/// A function that is a value: a field of function type, called with `call`.
pub trait Callable: fmt::Debug {
    /// How it is called.
    fn signature(&self) -> &crate::function::Signature;

    /// Its type as `%T` prints it, such as `func(string) string`.
    fn type_name(&self) -> &'static str;

    /// Runs it; the arguments fit the signature.
    ///
    /// # Errors
    /// Whatever the function says; the message is shown after `error calling`.
    fn call(&self, call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Error>;
}
