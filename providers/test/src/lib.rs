//! A provider for tests. Its objects are files in a folder, the *world*, so
//! that they outlive a killed process; every call leaves a line in a log;
//! delays and failures are scripted, in the configuration or in the world.
//!
//! ```text
//! world/objects/ID.json   an object, also one that nobody knows of
//! world/calls.log         a line for each call: `create NAME`, `read NAME`, …
//! world/script/NAME.CALL  what a call is to do besides: a `Step` as JSON
//! ```
//!
//! Editing or removing a file under `objects` is drift. The provider gives
//! every object a token before it is created and finds it again by it. Objects
//! of type `test_listed` are read many with one call, `list test_listed`.
//!
//! [`Mock`] is another one, with any schema and without a world, for comparisons
//! with Terraform.

mod data;
mod machine;
mod mock;
mod object;
mod places;
mod provider;

pub use machine::machine;
pub use mock::Mock;
pub use places::{Places, Record, Step};
pub use provider::provider;
