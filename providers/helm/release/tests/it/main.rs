//! Records and rules, and operations on a cluster in memory.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod interrupted;
mod observe;
mod operations;
mod preview;
mod records;
mod revisions;
mod rules;
mod world;
