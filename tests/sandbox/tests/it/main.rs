//! The sandbox itself: whether it counts, fails and ends as it says.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod faults;
mod life;
