//! How values look to people.

pub(crate) mod drawing;
pub(crate) mod path;
pub(crate) mod plan;
pub(crate) mod type_text;
pub(crate) mod value;
