//! What a run is going to do.
//!
//! [`Plan`] is the one model: the text for people and the JSON for machines
//! are renderings of it, and applying follows it.

mod action;
mod changes;
mod conditions;
mod data;
mod deferred;
mod drift;
mod end;
mod fetch;
mod fields;
mod finding;
mod generate;
mod import;
mod instance;
mod jobs;
mod json;
mod managed;
mod model;
mod moves;
mod orphan;
mod outcome;
mod own;
mod pending;
mod read;
mod relevant;
mod replace;
mod sort;
mod text;
pub(crate) mod validation;
mod values;
mod walk;

pub use deferred::{Deferred, DeferredReason, deferred_json};
pub use fields::{FieldChange, field_changes};
pub use finding::{Finding, Ignored};
pub use json::{
    About, changes_json, document, outputs_json, path_json, public_json, reason_word, value_json,
};
pub use model::{
    Action, ActionReason, Mode, Options, OutputChange, Plan, RelevantAttribute, ResourceChange,
};
pub use orphan::parse_provider;
pub(crate) use own::{OwnReference, own_references};
pub use text::generated_config;
pub use walk::plan;
pub(crate) use walk::plan_with;
pub(crate) use {
    conditions::{Conditions, Failure, check_rules},
    data::{DataOutcome, read_data, with_unknown},
    managed::{Planned, Planning, plan_managed},
    orphan::removal,
    read::{absorb, request},
    sort::addresses,
    values::Values,
    walk::{create_before_destroy, halted},
};
