//! What tests need of the outside world, on the loopback only.
//!
//! [`Sandbox::start`] brings up a real Kubernetes control plane, an AWS
//! emulator and, in front of each, a proxy that counts calls and injects
//! faults. Everything stops with the [`Sandbox`], also if the process holding
//! it is killed. Ports are free ones and nothing has a fixed name, so that any
//! number of sandboxes run side by side.

mod account;
mod build;
mod cache;
#[cfg(feature = "cluster")]
mod cluster;
mod emulator;
mod faults;
mod front;
mod part;
mod sandbox;
mod shared;

pub use account::Account;
pub use build::{Programs, build};
pub use cache::Cache;
#[cfg(feature = "cluster")]
pub use cluster::Cluster;
pub use emulator::{Emulator, EmulatorFront, Network};
pub use faults::{Call, Fault, Faults, Rule};
pub use front::Front;
pub use part::Part;
pub use sandbox::{Description, Options, Sandbox};
pub use shared::{Alone, Shared, alone, shared};
