//! Tests that need no cluster.

mod adoption;
mod definitions;
mod differences;
mod errors;
mod managed_fields;
mod readiness;
mod schemas;
mod server;
mod waiting;
