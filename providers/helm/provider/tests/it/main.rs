//! The provider `helm`.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod schemas;
