//! Go templates as Helm runs them: text/template, Sprig, YAML printing.
#![expect(dead_code, reason = "the executor that calls it follows")]

mod error;
pub mod function;
mod limits;
pub mod value;
pub mod yaml;

pub use error::{Error, ErrorKind};
pub use function::{Call, Function, Functions, Method, Signature};
pub use limits::Limits;
pub use value::{Kind, List, Map, Str, Type, Value};
