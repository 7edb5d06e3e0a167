//! Tests against the oracle, by area.

mod yaml;
