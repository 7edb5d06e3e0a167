//! What is known of programs that stacks run.

pub(crate) mod loki;
pub(crate) mod table;
pub(crate) mod version;
