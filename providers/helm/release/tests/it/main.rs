//! Releases as Helm stores them.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod records;
mod rules;
mod schemas;
