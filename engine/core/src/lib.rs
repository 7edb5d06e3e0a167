//! Configuration and modules, static validation, graphs.

pub mod address;
pub mod config;
pub mod draw;
pub mod input;
pub mod load;
pub mod validate;
pub mod version;
