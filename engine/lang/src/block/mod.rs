//! Bodies of blocks decoded to values, `dynamic` blocks included.

mod attribute;
mod decode;
mod dynamic;
mod nesting;
mod references;
mod spec;

pub use decode::decode_body;
pub use references::body_references;
pub use spec::{AttributeSpec, BlockSpec, Nesting, Spec};
