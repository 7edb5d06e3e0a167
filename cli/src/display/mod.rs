//! How values look to people.

pub(crate) mod value;
