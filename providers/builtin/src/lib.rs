//! Providers that need no cloud: terraform_data and its siblings.

mod terraform;

pub use terraform::{TerraformProvider, backend_schema, check_backend};
