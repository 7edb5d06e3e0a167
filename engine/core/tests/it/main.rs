//! Configurations, and what is said of them.

mod cases;
mod world;
