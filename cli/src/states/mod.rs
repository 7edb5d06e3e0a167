//! The state of the working folder: where it is, who may write it, what is in
//! it.

pub(crate) mod address;
pub(crate) mod clock;
mod cloud;
pub(crate) mod edit;
pub(crate) mod error;
mod faults;
pub(crate) mod json;
pub(crate) mod lookup;
pub(crate) mod objects;
pub(crate) mod outputs;
mod recovery;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod workspace;
