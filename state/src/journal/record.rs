//! What a journal records.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::snapshot::InstanceObject;

/// The number of an action within a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sequence(pub u64);

/// One record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// The first record of a journal.
    Begin(Begin),
    /// An action is about to be taken.
    Intent(Intent),
    /// An action has ended.
    Outcome(Box<Outcome>),
    /// A snapshot that holds all of the above is about to be written.
    Compact(Compact),
}

/// Which snapshot the journal continues, and who writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The lineage of the snapshot.
    pub lineage: String,
    /// The serial of the snapshot the journal starts from; 0 if there is
    /// none.
    pub serial: u64,
    /// [`Snapshot::checksum`](crate::Snapshot::checksum) of that snapshot.
    #[serde(default)]
    pub checksum: u32,
    /// `apply`, `destroy`, `refresh`, …
    pub operation: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// The version of the program.
    pub version: String,
}

/// An action about to be taken. It holds what is needed to find the object
/// again and no attribute that could be secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// Ties it to its [`Outcome`].
    pub sequence: Sequence,
    /// The address of the resource instance.
    pub address: String,
    /// The key of the deposed object it is about; empty for the current one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deposed: String,
    /// What is going to be done.
    pub action: Action,
    /// The provider configuration, as in the snapshot.
    pub provider: String,
    /// Name or token by which the object can be found again, chosen before
    /// this record was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The key under which the current object is put aside once there is a
    /// new one; none if it is not replaced that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposes: Option<String>,
    /// An object that is found is not fully functional: something was to be
    /// done after its creation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
    /// The paths of attributes that must not be shown, as the snapshot will
    /// hold them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<Box<RawValue>>,
}

impl Intent {
    /// An action on the current object of an instance, not numbered yet.
    pub fn new(action: Action, address: &str, provider: &str) -> Self {
        Intent {
            sequence: Sequence(0),
            address: address.to_owned(),
            deposed: String::new(),
            action,
            provider: provider.to_owned(),
            identity: None,
            deposes: None,
            unfinished: false,
            sensitive: None,
        }
    }
}

/// What is done to one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "named after what they do")]
pub enum Action {
    Create,
    Update,
    Delete,
}

/// What came of an action: the object as it is now, whether the action
/// succeeded or not. Of several outcomes of one action the last one counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The [`Intent`] it answers.
    pub sequence: Sequence,
    /// The object as the state will hold it; none if there is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<InstanceObject>,
    /// What went wrong; none after success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The snapshot that takes the journal's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compact {
    /// Its serial.
    pub serial: u64,
    /// Its [`checksum`](crate::Snapshot::checksum).
    pub checksum: u32,
    /// The actions whose outcome it does not know either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Sequence>,
}
