//! Providers that need no cloud: terraform_data and its siblings, and those
//! that Terraform's users know as `hashicorp/random`, `hashicorp/null` and so
//! on, compatible with their schemas, states and plans.

mod draw;
mod external;
mod hexadecimal;
mod keepers;
mod local;
mod null;
mod random;
mod terraform;
mod time;

pub use external::external;
use hexadecimal::hexadecimal;
pub use local::local;
pub use null::null;
pub use random::random;
pub use terraform::{TerraformProvider, backend_schema, check_backend};
pub use time::time;
