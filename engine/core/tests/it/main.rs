//! Configurations, and what is said of them.

mod cases;
mod input;
mod world;
