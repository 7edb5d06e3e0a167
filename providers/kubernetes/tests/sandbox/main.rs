//! Every resource type goes through the lifecycle of the test kit, on a real
//! control plane and through a proxy that makes calls fail.
//!
//! A file in `suites` says what is particular to a type: its examples.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod suites;
mod world;
