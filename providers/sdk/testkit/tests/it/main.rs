//! The test kit on a provider that keeps its promises, and on ones that break
//! them.

mod broken;
mod calls;
mod service;
mod thing;
