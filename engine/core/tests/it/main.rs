//! Configurations, and what is said of them.

mod answers;
mod cases;
mod check_data;
mod configuration;
mod destroy_data;
mod draw;
mod echo;
mod ephemeral;
mod explain;
mod frozen;
mod hints;
mod import;
mod input;
mod marks;
mod mirror;
mod moves;
mod plan_file;
mod progress;
mod provision;
mod renewal;
mod run;
mod schedule;
mod target;
mod triggers;
mod waves;
mod world;
