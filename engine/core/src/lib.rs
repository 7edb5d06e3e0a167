//! Configuration and modules, static validation, graphs.

pub mod address;
pub mod apply;
pub mod config;
mod dependencies;
pub mod diff;
pub mod draw;
pub mod evaluate;
pub mod input;
pub mod load;
pub mod plan;
pub mod run;
pub mod schedule;
pub mod state;
pub mod validate;
pub mod version;
