//! A run killed before and after each of its steps, and what the next one
//! makes of it. The steps are counted in a run that nobody kills, so that none
//! is left out.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]
#![expect(clippy::print_stdout, reason = "tests say how much they tried")]

mod disk;
mod folder;
mod kill;
mod lock;
