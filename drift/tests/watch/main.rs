//! The service that looks for drift on a schedule, in a world made for it.

mod config;
mod disk;
mod history;
mod outbox;
mod simulation;
mod world;
