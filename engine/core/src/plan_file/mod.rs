//! Saved plans: everything that applying needs, in one file.
//!
//! A file is a line that says what it is, a version, the length of the body,
//! the body, and a SHA-256 over all that. The body is JSON; values in it are
//! MessagePack, their types stand in a table.
//!
//! Secrets are in it as Terraform has them in its plan files: whoever writes
//! it makes it readable for its owner only. What is ephemeral never gets in.

mod address;
mod body;
mod finding;
mod plan;
mod state;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::SystemTime,
};

use sha2::{Digest, Sha256};
use trueup_value::{Str, Value};

use crate::plan::Plan;

/// The first bytes of every file.
const MAGIC: &[u8] = b"trueup saved plan\n";

/// The format that is written, and the only one that is read.
const VERSION: u32 = 1;

/// Bytes before the body: the magic, the version, the length.
const HEADER: usize = MAGIC.len() + 4 + 8;

/// Bytes of the checksum.
const CHECKSUM: usize = 32;

/// A plan and what is needed to apply it somewhere else, later.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// The version of the program that wrote it.
    pub program: String,
    /// When the plan was made: what `plantimestamp` says.
    pub timestamp: SystemTime,
    /// The workspace it is for.
    pub workspace: String,
    /// Where the state is: the settings of the backend, `type` among them.
    pub backend: BTreeMap<String, String>,
    /// The values of the root module's variables; none that is ephemeral.
    pub variables: BTreeMap<Str, Value>,
    /// The ephemeral variables that had a value and must be given one again.
    pub ephemeral: BTreeSet<Str>,
    /// The configuration as it was: every file that was read, by path.
    pub sources: BTreeMap<PathBuf, Vec<u8>>,
    /// The plan. Its prior state tells to which state it may be applied.
    pub plan: Plan,
}

/// Why a plan cannot be saved or what was saved cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The file is something else.
    #[error("this is not a plan that trueup has saved")]
    Foreign,
    /// Terraform wrote it, or something else that is a ZIP archive.
    #[error(
        "this is a plan file of Terraform; trueup cannot read it, nor Terraform those of trueup"
    )]
    Terraform,
    /// Another version of the format.
    #[error(
        "it has format version {version}, and this version of trueup reads only version {VERSION}"
    )]
    Version {
        /// The version.
        version: u32,
    },
    /// Bytes are missing at its end.
    #[error("it is cut off: {missing} bytes are missing")]
    Truncated {
        /// How many, at least.
        missing: u64,
    },
    /// Its bytes are not those that were written.
    #[error("it is damaged: its checksum is wrong")]
    Checksum,
    /// Its bytes are those that were written, and make no sense.
    #[error("it cannot be understood: {0}")]
    Contents(String),
    /// A value must not be saved.
    #[error("{what} holds an ephemeral value, which must not be saved")]
    Ephemeral {
        /// Whose value.
        what: String,
    },
}

/// The bytes of a saved plan.
///
/// # Errors
/// [`PlanFileError::Ephemeral`], or [`PlanFileError::Contents`] for a value
/// that has no encoding.
pub fn write(file: &PlanFile) -> Result<Vec<u8>, PlanFileError> {
    let body = body::write(file)?;
    let mut bytes = Vec::with_capacity(HEADER + body.len() + CHECKSUM);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(body);
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    Ok(bytes)
}

/// Reads a saved plan.
///
/// # Errors
/// [`PlanFileError`]; no bytes make it panic.
pub fn read(bytes: &[u8]) -> Result<PlanFile, PlanFileError> {
    body::read(frame(bytes)?)
}

/// Whether this looks like a saved plan, as far as the first bytes tell.
pub fn is_plan(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads only the body: what is left to go wrong behind a right checksum.
///
/// # Errors
/// [`PlanFileError::Contents`]
#[doc(hidden)]
pub fn read_body(body: &[u8]) -> Result<PlanFile, PlanFileError> {
    body::read(body)
}

/// The body within its frame.
fn frame(bytes: &[u8]) -> Result<&[u8], PlanFileError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(PlanFileError::Terraform);
    }
    let header = bytes.strip_prefix(MAGIC).ok_or(PlanFileError::Foreign)?;
    let missing = |missing: u64| PlanFileError::Truncated { missing };
    let (version, rest) = header.split_first_chunk().ok_or(missing(1))?;
    let version = u32::from_le_bytes(*version);
    if version != VERSION {
        return Err(PlanFileError::Version { version });
    }
    let (length, rest) = rest.split_first_chunk().ok_or(missing(1))?;
    let expected = u64::from_le_bytes(*length).saturating_add(CHECKSUM as u64);
    let present = rest.len() as u64;
    if present < expected {
        return Err(missing(expected - present));
    }
    if present > expected {
        return Err(PlanFileError::Checksum);
    }
    let (body, checksum) = rest.split_at(rest.len().saturating_sub(CHECKSUM));
    let signed = bytes.get(..HEADER + body.len()).unwrap_or_default();
    match Sha256::digest(signed).as_slice() == checksum {
        true => Ok(body),
        false => Err(PlanFileError::Checksum),
    }
}
