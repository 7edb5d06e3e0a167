//! Plans as Terraform's JSON has them: format version 1.2.

mod change;
mod checks;
mod configuration;
mod document;
mod expression;
mod providers;
mod values;

pub use change::{changes_json, outputs_json, path_json, public_json, reason_word, value_json};
pub use document::{About, document};
