//! Charts from repositories and registries on this machine.

mod registry;
mod repository;
mod server;
