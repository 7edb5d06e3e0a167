//! Tests of the crate as its users see it.

mod tables;
mod value;
