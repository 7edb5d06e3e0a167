//! The Provider contract: schemas and what a provider answers.
//!
//! A provider knows nothing of the graph, the state file or the terminal.

pub mod calls;
mod coerce;
mod contract;
mod fact;
mod json;
mod json_read;
pub mod native;
mod part;
mod provider;
mod schema;
mod slots;
mod types;
mod upgrade;
pub mod world;

pub use contract::{
    Answer, ApplyRequest, ApplyResponse, Configuration, Configured, Drift, Explanation,
    FunctionProblem, Imported, Interrupted, Mirror, Object, Opened, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, Recovery, Renewed, ready,
};
pub use fact::Fact;
pub use json_read::SchemaError;
pub use part::PartChange;
pub use provider::{Foreign, Problem, ProblemSeverity, Provider};
pub use schema::{
    Attribute, AttributeType, Block, FunctionSignature, NestedBlock, NestedObject, NestingMode,
    ProviderSchema, ResourceSchema, StringKind,
};
pub use slots::{Operation, Slot, SlotClock, Slots};
pub use types::TypeSchemas;
pub use upgrade::read_stored;
