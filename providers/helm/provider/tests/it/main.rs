//! The provider `helm`, without a cluster.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod provider;
mod schemas;
