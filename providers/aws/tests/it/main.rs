//! The provider, held against Terraform's.

mod hasty;
mod policy_documents;
mod policy_equivalence;
mod policy_grammar;
mod provider_block;
mod refusals;
mod roles;
mod schemas;
mod stage;
mod stub;
mod taken_over;
mod thousand;
mod world;
