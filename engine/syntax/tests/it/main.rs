//! Tests of the public interface.

mod diff;
mod fmt;
mod scan;
mod spoiled;
mod table;
