//! How values look to people.

pub(crate) mod path;
pub(crate) mod value;
