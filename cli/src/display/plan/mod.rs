//! Plans as people read them, in Terraform's words.
//!
//! A [`Tree`](tree::Tree) is a value as its JSON tells it, a
//! [`Change`](change::Change) a pair of them at one place of an object;
//! [`compute`] makes of it, by schema, a [`Diff`](diff::Diff), which
//! [`render`] writes.

mod change;
mod comment;
mod compute;
mod diff;
mod dynamic;
mod notes;
mod paint;
mod parts;
mod paths;
mod proposed;
#[cfg(test)]
mod random;
mod render;
mod resource;
mod sequence;
mod string;
mod text;
mod tree;

pub(crate) use notes::{NextStep, next_step};
pub(crate) use resource::{object, output};
pub(crate) use text::{View, human};
