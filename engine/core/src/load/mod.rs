//! Reading a configuration: files, modules, the tree of module calls.

mod directory;
mod manifest;
mod provider_rules;
mod source;
mod tree;

pub use directory::{DirectoryError, config_files};
pub use source::{ModuleSource, SourceError};
pub use tree::{Config, Loader, Node, NodeId};
pub(crate) use tree::{clean, parse_body};
