//! What a plan carries to its apply.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_helm::Record as Drawn;

/// What was drawn, and a digest of what was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Carried {
    /// Random bytes, as Base64.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    random: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time: Option<(i64, u32)>,
    /// The digest; none while something is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<String>,
    /// Only attributes change, and nothing in the cluster.
    #[serde(default)]
    pub(super) keeps: bool,
}

impl Carried {
    pub(super) fn new(drawn: &Drawn, digest: Option<String>) -> Self {
        Carried {
            random: STANDARD.encode(&drawn.random),
            time: drawn.time,
            digest,
            keeps: false,
        }
    }

    /// For a change of nothing but attributes.
    pub(super) fn nothing() -> Self {
        Carried {
            keeps: true,
            ..Carried::default()
        }
    }

    /// What was passed on; nothing if it is not ours.
    pub(super) fn read(private: &[u8]) -> Self {
        serde_json::from_slice(private).unwrap_or_default()
    }

    pub(super) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What was drawn.
    pub(super) fn drawn(&self) -> Drawn {
        Drawn {
            random: STANDARD.decode(&self.random).unwrap_or_default(),
            time: self.time,
        }
    }
}
