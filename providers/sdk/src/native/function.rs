//! Functions of a provider.

use trueup_value::Value;

use crate::{FunctionProblem, FunctionSignature};

/// A function of a provider.
pub trait NativeFunction: Send + Sync {
    /// Its parameters and what it returns. Asked for once.
    fn signature(&self) -> FunctionSignature;

    /// Calls it; the arguments are known, not null and of the right types.
    ///
    /// # Errors
    /// The argument to blame, and why.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionProblem>;
}
