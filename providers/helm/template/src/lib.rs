//! Go templates as Helm runs them: text/template, Sprig, YAML printing.

mod error;
mod exec;
pub mod function;
pub mod functions;
mod limits;
pub mod print;
mod stack;
mod strconv;
mod syntax;
mod templates;
pub mod value;
pub mod yaml;

pub use error::{Error, ErrorKind};
pub use exec::{MissingKey, Options, Renderer};
pub use function::{Call, Function, Functions, Method, Signature};
pub use functions::semver;
pub use limits::Limits;
pub use templates::Templates;
pub use value::{Kind, List, Map, Str, Type, Value};
