//! YAML as Helm reads and prints it.
//!
//! Helm reads YAML through go-yaml version 2 (YAML 1.1: `yes` is true, `0777` is octal, dates stay
//! text) and from there through JSON, so every number becomes a float64 and every key a string.
//! No Rust library resolves scalars, folds lines, orders keys or words its errors that way, and
//! charts depend on each of them byte for byte; hence a reader and a printer of our own.

mod decode;
mod document;
mod emitter;
mod json;
mod key_order;
mod leaves;
mod number;
mod pretty;
mod resolve;
mod timestamp;

use trueup_yaml::Stage;

pub use decode::from_yaml;
pub use document::{Content, Document, Node, NodeId, parse};
pub use emitter::to_yaml;
pub(crate) use emitter::to_yaml_marked;
pub use json::{quote_json, to_json};
pub use key_order::compare_keys;
pub use leaves::{LeafRanges, leaf_ranges};
pub use number::{format_g, json_number};
pub use pretty::to_yaml_pretty;
pub use resolve::{Resolved, resolve};

/// Why a YAML text can't be read, in go-yaml's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum YamlError {
    /// The text is not YAML. `line` is the one go-yaml names, or 0 where it names none.
    #[error("yaml: {}{problem}", at_line(*line))]
    Syntax {
        /// The line as go-yaml counts it (parser errors name the line before).
        line: u32,
        /// What is wrong there.
        problem: String,
    },
    /// The text is YAML that JSON can't express, such as a null key.
    #[error("{0}")]
    NotJson(String),
}

impl YamlError {
    pub(crate) fn unplaced(problem: impl Into<String>) -> Self {
        Self::Syntax {
            line: 0,
            problem: problem.into(),
        }
    }
}

impl From<trueup_yaml::SyntaxError> for YamlError {
    fn from(error: trueup_yaml::SyntaxError) -> Self {
        // Scanner errors name their own line, and where that is the first, the context's.
        let line = match (error.stage, error.at.line) {
            (_, 0) => error.context.line,
            (Stage::Scanner, line) => line + 1,
            (_, line) => line,
        };
        Self::Syntax {
            line,
            problem: error.problem,
        }
    }
}

fn at_line(line: u32) -> String {
    if line == 0 {
        String::new()
    } else {
        format!("line {line}: ")
    }
}
