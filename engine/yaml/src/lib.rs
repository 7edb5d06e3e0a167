//! YAML texts as events: what `yamldecode` and Helm's templates are both read with.
//!
//! The rules, the places and the messages are those of libyaml as Go programs carry it. What a
//! scalar means, and what of YAML is refused, differs between the two and is theirs to say.

mod characters;
mod error;
mod event;
mod flow_scalar;
mod parser;
mod scanner;
mod tag;
mod text_scalar;

pub use characters::is_printable;
pub use error::{Mark, Stage, SyntaxError};
pub use event::{Event, EventKind, ScalarStyle};
pub use parser::Parser;
