//! The state file: format version 4.
//!
//! Attributes stay the JSON text they were read as until somebody who knows
//! the schema asks for them: reading and writing a state costs the size of its
//! file and nothing more.

pub mod address;
mod check;
mod contents;
mod keys;
mod read;
mod shared;
mod write;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

pub use read::SnapshotError;

/// The format this crate reads and writes.
pub const FORMAT_VERSION: u64 = 4;

/// A state file.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The version of Terraform that wrote it last.
    pub terraform_version: String,
    /// Counts the changes since the state was made.
    pub serial: u64,
    /// Tells states of different origin apart; empty in very old files.
    pub lineage: String,
    /// The outputs of the root module.
    pub outputs: BTreeMap<String, Output>,
    /// All resources, in the order of the file.
    pub resources: Vec<Resource>,
    /// The results of checks, if any were recorded.
    pub check_results: Option<Vec<CheckResults>>,
}

/// An output of the root module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Output {
    /// Its value as JSON.
    pub value: Box<RawValue>,
    /// Its type as JSON.
    #[serde(rename = "type")]
    pub ty: Box<RawValue>,
    /// It must not be shown.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "is_false"
    )]
    pub sensitive: bool,
}

/// A resource with its instances.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resource {
    /// The address of its module instance; empty for the root module.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub module: String,
    /// Whether it is managed or only read.
    pub mode: Mode,
    /// Its type, such as `aws_iam_role`.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Its name.
    pub name: String,
    /// `list` or `map` in old files.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub each: String,
    /// The provider configuration it belongs to, such as
    /// `provider["registry.terraform.io/hashicorp/aws"].west`.
    pub provider: String,
    /// Its objects: at most one current and any number of deposed ones for
    /// each key. They are shared with whoever works on the state.
    #[serde(default, with = "shared")]
    pub instances: Vec<Arc<InstanceObject>>,
}

/// Whether trueup makes an object or only reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A `data` source.
    Data,
    /// A `resource`.
    Managed,
}

/// An object of a resource instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstanceObject {
    /// Its key in `count` or `for_each`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_key: Option<InstanceKey>,
    /// Set if the object is not fully functional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The key under which it waits for its destruction, 8 hexadecimal digits.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub deposed: String,
    /// The version of the schema its attributes follow.
    #[serde(default, deserialize_with = "or_default")]
    pub schema_version: u64,
    /// Its attributes as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Box<RawValue>>,
    /// Its attributes in the flat form of Terraform 0.11.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes_flat: BTreeMap<String, String>,
    /// The paths of attributes that must not be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive_attributes: Option<Box<RawValue>>,
    /// The version of the schema of its identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_schema_version: Option<u64>,
    /// Its identity as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Box<RawValue>>,
    /// What the provider keeps with it, as base64.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub private: String,
    /// The configuration addresses of what it depends on.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub dependencies: Vec<String>,
    /// It is replaced by creating before destroying.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "is_false"
    )]
    pub create_before_destroy: bool,
}

/// The key of an instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum InstanceKey {
    /// An index of `count`.
    Index(u64),
    /// A key of `for_each`.
    Key(String),
}

/// What is wrong with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It must be replaced.
    Tainted,
}

/// The results of the checks of one configuration object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResults {
    /// `resource`, `output`, `check` or `var`.
    pub object_kind: String,
    /// The address in the configuration.
    pub config_addr: String,
    /// The worst status of all objects.
    #[serde(deserialize_with = "or_default")]
    pub status: CheckStatus,
    /// The results, instance by instance.
    pub objects: Option<Vec<CheckObject>>,
}

/// The results of the checks of one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckObject {
    /// The instance's address.
    pub object_addr: String,
    /// The worst status of its conditions.
    #[serde(deserialize_with = "or_default")]
    pub status: CheckStatus,
    /// The error messages of the conditions that failed.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub failure_messages: Vec<String>,
}

/// What came out of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of the format")]
pub enum CheckStatus {
    Pass,
    Fail,
    Error,
    #[default]
    Unknown,
}

/// What is null is not there, as in the format's other programs.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Snapshot {
    /// A state without objects.
    pub fn empty(lineage: String) -> Self {
        Snapshot {
            terraform_version: String::new(),
            serial: 0,
            lineage,
            outputs: BTreeMap::new(),
            resources: Vec::new(),
            check_results: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !*value
}
