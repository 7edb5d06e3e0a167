//! Schemas of version 3 of Terraform's helm provider.

mod attributes;
mod provider;
mod release;
mod template;

pub use provider::provider;
pub use release::release;
pub use template::template;
