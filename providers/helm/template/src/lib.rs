//! Go templates as Helm runs them: text/template, Sprig, YAML printing.
//!
//! [`Templates`] holds parsed files and the functions they may call; a
//! [`Renderer`] executes them over a [`Value`]. Answers and errors are those
//! of Go, byte for byte.
//!
//! ```
//! use trueup_helm_template::{Functions, Map, Options, Renderer, Templates};
//!
//! let mut templates = Templates::new("gotpl", Functions::new());
//! templates.parse("greeting", "Hello, {{ .name | printf \"%q\" }}!")?;
//! let data = Map::new();
//! data.insert("name", "world".into());
//! let mut renderer = Renderer::new(&templates, Options::default());
//! let printed = renderer.execute("greeting", &data.into())?;
//! assert_eq!(printed.as_string(), Some(&"Hello, \"world\"!".into()));
//! # Ok::<(), trueup_helm_template::Error>(())
//! ```
//!
//! Beyond Go it knows which values were read ([`value::Reads`]), also on the
//! sides of conditions that did not run ([`Options::explore`]), and which
//! flowed into which bytes of the output ([`Options::trace`]). A run is bounded
//! by [`Limits`]: hostile templates end in an error.
//!
//! There is no I/O here, no clock and no randomness but what the caller hands
//! in as functions.

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
pub mod url;
pub mod value;
pub mod yaml;

pub use error::{Error, ErrorKind};
pub use exec::{MissingKey, Options, Renderer};
pub use function::{Call, Function, Functions, Method, Signature};
pub use functions::semver;
pub use limits::Limits;
pub use syntax::Parsed;
pub use templates::Templates;
pub use value::{Kind, List, Map, Str, Type, Value};
