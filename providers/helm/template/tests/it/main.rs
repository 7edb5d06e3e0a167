//! Tests against the oracle, by area.

#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

mod certificates;
mod flow;
mod functions;
mod go;
mod limits;
mod yaml;
