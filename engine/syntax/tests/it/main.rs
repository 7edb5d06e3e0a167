//! Tests of the public interface.

mod bodies;
mod depth;
mod diff;
mod fmt;
mod hcl_rs;
mod parse;
mod render;
mod scan;
mod spoiled;
mod table;
mod tree;
