//! Tests of the public interface.

mod fmt;
mod scan;
mod spoiled;
mod table;
