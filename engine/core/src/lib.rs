//! Configuration and modules, static validation, graphs.

pub mod address;
pub mod apply;
pub mod config;
mod dependencies;
pub mod diff;
pub mod draw;
mod ephemeral;
pub mod evaluate;
pub mod import;
pub mod input;
pub mod load;
pub mod plan;
pub mod plan_file;
pub mod process;
pub mod progress;
mod recall;
pub mod recover;
pub mod run;
mod running;
pub mod schedule;
mod selection;
pub mod state;
pub mod validate;
pub mod version;
pub mod waves;
