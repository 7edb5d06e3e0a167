//! Providers written here: resource types, data sources, ephemeral resources
//! and functions, each in a file of its own, put together to a
//! [`Provider`](crate::Provider).
//!
//! What talks to a service is handed the *client*, of type `C`: whatever
//! [`Configure::configure`] made of the provider's configuration. Providers
//! that take none have `()` for it.

mod configure;
mod configured;
mod data;
mod ephemeral;
mod fields;
mod function;
mod outcome;
mod provider;
mod resource;
mod shape;
mod work;

pub use configure::{Configure, Unconfigured};
pub use data::DataSource;
pub use ephemeral::EphemeralType;
pub use fields::Fields;
pub use function::NativeFunction;
pub use outcome::{Deleted, Done, Failure, Left, Made};
pub use provider::NativeProvider;
pub use resource::{Create, Delete, ResourceType, Update};
pub use shape::{Change, Field, Nested, Shape};
pub use work::off_thread;

use trueup_value::Path;

use crate::Problem;

/// An error about a whole object.
pub fn problem(summary: &str, detail: impl Into<String>) -> Problem {
    Problem::error(summary, detail, Path::new())
}

/// An error about one attribute.
pub fn attribute_problem(name: &str, summary: &str, detail: impl Into<String>) -> Problem {
    Problem::error(summary, detail, Path::new().attr(name))
}
