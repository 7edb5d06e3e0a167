//! Types and values of the Terraform language.
//!
//! A [`Value`] always knows its [`Type`]; it may be null, unknown (with a
//! [`Refinement`]) or marked ([`Marks`]). Values are immutable and cheap to
//! clone: collections are shared, short strings are stored inline.
//!
//! This crate knows nothing of source text, files or providers.

mod collection;
pub mod convert;
mod debug;
mod elements;
pub mod json;
mod marks;
pub mod msgpack;
mod number;
pub mod ops;
mod path;
mod quote;
mod range;
mod refine;
mod set_order;
mod text;
mod transform;
mod type_text;
mod types;
mod unknown;
mod value;

pub use collection::{List, Map, Object, Set, Tuple};
pub use elements::{Elements, Values};
pub use marks::Marks;
pub use number::{Number, NumberFormat};
pub use path::{Path, PathStep};
pub use quote::quote;
pub use range::Bound;
pub use refine::Refine;
pub use text::Str;
pub use types::{ObjectType, Type};
pub use unknown::{Refinement, Unknown};
pub use value::Value;
