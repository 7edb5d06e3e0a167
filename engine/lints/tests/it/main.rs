//! Rules held against small configurations.

mod cases;
mod catalog;
mod seed;
mod stage;
