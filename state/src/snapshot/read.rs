//! Reading a state file, and saying what is wrong with one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    CheckResults, FORMAT_VERSION, Output, Resource, Snapshot, check, keys::outline, or_default,
};

/// Why a state file cannot be used. Such a file is never overwritten.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file ends in the middle: a write was interrupted or the disk full.
    #[error("the file ends in the middle, at line {line}, column {column}")]
    Truncated {
        /// The line it ends in, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is not JSON, or not the JSON of a state.
    #[error("it is not a state: {message}")]
    Malformed {
        /// What was expected and found, with line and column.
        message: String,
    },
    /// It is JSON, but has no format version.
    #[error("it has no format version, so it is not a state")]
    Foreign,
    /// A newer format.
    #[error("it has format version {version}; this program reads up to {FORMAT_VERSION}")]
    Newer {
        /// The format version of the file.
        version: u64,
    },
    /// A format of Terraform before 0.12.
    #[error(
        "it has format version {version}, written by Terraform before 0.12; Terraform 1.x can upgrade it"
    )]
    Older {
        /// The format version of the file.
        version: u64,
    },
    /// It was changed by hand, or by a program that does not know the format.
    #[error("it contradicts itself: {}", problems.join("; "))]
    Damaged {
        /// What is wrong, each with the address it is about.
        problems: Vec<String>,
    },
}

#[derive(Deserialize)]
struct File {
    #[serde(default, deserialize_with = "or_default")]
    terraform_version: String,
    #[serde(default, deserialize_with = "or_default")]
    serial: u64,
    #[serde(default, deserialize_with = "or_default")]
    lineage: String,
    #[serde(default)]
    outputs: Option<BTreeMap<String, Output>>,
    #[serde(default)]
    resources: Option<Vec<Resource>>,
    #[serde(default)]
    check_results: Option<Vec<CheckResults>>,
}

impl Snapshot {
    /// Reads a state file. An empty file holds no state and yields `None`.
    ///
    /// # Errors
    /// [`SnapshotError`] if it is anything but a state of format version 4.
    pub fn read(bytes: &[u8]) -> Result<Option<Snapshot>, SnapshotError> {
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        let outline = outline(bytes).map_err(|error| explain(&error, bytes))?;
        match outline.version {
            None => return Err(SnapshotError::Foreign),
            Some(FORMAT_VERSION) => {}
            Some(version) if version > FORMAT_VERSION => {
                return Err(SnapshotError::Newer { version });
            }
            Some(version) => return Err(SnapshotError::Older { version }),
        }
        let file: File = serde_json::from_slice(bytes).map_err(|error| explain(&error, bytes))?;
        let snapshot = Snapshot {
            terraform_version: file.terraform_version,
            serial: file.serial,
            lineage: file.lineage,
            outputs: file.outputs.unwrap_or_default(),
            resources: file.resources.unwrap_or_default(),
            check_results: file.check_results,
        };
        let mut problems = outline.problems;
        problems.extend(check::problems(&snapshot));
        match problems {
            problems if problems.is_empty() => Ok(Some(snapshot)),
            problems => Err(SnapshotError::Damaged { problems }),
        }
    }
}

fn explain(error: &serde_json::Error, bytes: &[u8]) -> SnapshotError {
    if error.is_eof() || is_at_end(error, bytes) {
        return SnapshotError::Truncated {
            line: error.line(),
            column: error.column(),
        };
    }
    SnapshotError::Malformed {
        message: without_contents(error),
    }
}

/// What was expected and where: what was found could be a secret.
fn without_contents(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) if error.is_data() => format!("expected {expected}"),
        _ => text,
    }
}

/// A number cut off, such as `1e`, is not reported as an early end.
fn is_at_end(error: &serde_json::Error, bytes: &[u8]) -> bool {
    let last_line = bytes.rsplit(|byte| *byte == b'\n').next().unwrap_or(bytes);
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    error.line() == lines && error.column() >= last_line.len()
}
