//! Tests of the public interface.

mod depth;
mod diff;
mod fmt;
mod hcl_rs;
mod parse;
mod scan;
mod spoiled;
mod table;
mod tree;
