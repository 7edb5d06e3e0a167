//! Charts from repositories and registries on this machine.

#![expect(clippy::unwrap_used, reason = "in what the tests share")]

mod dependencies;
mod provenance;
mod registry;
mod repository;
mod server;
