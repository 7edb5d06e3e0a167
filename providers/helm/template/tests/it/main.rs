//! Tests against the oracle, by area.

mod go;
mod yaml;
