//! The provider, held against Terraform's.

mod policy_documents;
mod policy_equivalence;
mod policy_grammar;
mod provider_block;
mod roles;
mod schemas;
mod stub;
mod world;
