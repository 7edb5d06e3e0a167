//! What IAM makes of a plan: policies, roles, and who may assume them.

pub(crate) mod irsa;
pub(crate) mod policy;
pub(crate) mod roles;
