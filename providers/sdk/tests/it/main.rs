//! Native providers: shapes and what becomes of calls.

mod native;
mod shape;
