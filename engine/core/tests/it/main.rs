//! Configurations, and what is said of them.

mod cases;
mod draw;
mod input;
mod run;
mod world;
