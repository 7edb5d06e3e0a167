//! Providers that need no cloud: terraform_data and its siblings.
