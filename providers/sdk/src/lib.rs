//! The Provider contract: schemas and what a provider answers.
//!
//! A provider knows nothing of the graph, the state file or the terminal.

mod json;
mod provider;
mod schema;

pub use provider::{Problem, ProblemSeverity, Provider};
pub use schema::{
    Attribute, AttributeType, Block, FunctionSignature, NestedBlock, NestedObject, NestingMode,
    ProviderSchema, ResourceSchema, StringKind,
};
