//! The service that looks for drift on a schedule, in a world made for it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests panic, and say what they left out"
)]

mod browser;
mod config;
mod deploy;
mod disk;
mod history;
mod late;
mod messages;
mod outbox;
mod page;
mod sample;
mod simulation;
mod world;
