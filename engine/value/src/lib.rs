//! Types and values of the Terraform language.
//!
//! A [`Value`] always knows its [`Type`]; it may be null, unknown (with a
//! [`Refinement`]) or marked ([`Marks`]). Values are immutable and cheap to
//! clone: collections are shared, short strings are stored inline.
//!
//! - [`ops`]: the operators, with marks, unknown values and refinements
//! - [`convert`]: conversion, unification, defaults of optional attributes
//! - [`json`], [`msgpack`]: how values and types are stored and sent
//!
//! A [`Value`] is 24 bytes, a [`Type`] and a [`Number`] 16. [`Value::ty`] puts
//! the type of tuples and objects together on every call; ask
//! [`Value::has_type`] or [`Value::same_type`] where that is all there is to
//! know. Iterating with [`Value::values`] clones nothing.
//!
//! Behaviour is that of go-cty, which the tables in `tests/` were made with.
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
pub use types::{Kind, ObjectType, Type};
pub use unknown::{Outline, Refinement, Unknown};
pub use value::Value;
