//! What a plan carries to its apply.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use trueup_helm::Record as Drawn;
use trueup_kubernetes::client::{Kind, ObjectRef};

use crate::lookups::{Lookups, Told};

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
    /// Objects that were added behind the release's back and go: version of
    /// the API, kind, namespace and name of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    surplus: Vec<[String; 4]>,
    /// What templates found in the cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lookups: Vec<Told>,
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
            surplus: Vec::new(),
            lookups: Vec::new(),
            keeps: false,
        }
    }

    /// The same with what templates found in the cluster.
    pub(super) fn with_lookups(mut self, lookups: &Lookups) -> Self {
        self.lookups = lookups.told();
        self
    }

    /// The same with objects that go though no revision has them.
    pub(super) fn with_surplus(mut self, objects: &[ObjectRef]) -> Self {
        let named = objects.iter().map(|object| {
            let ObjectRef {
                kind,
                namespace,
                name,
            } = object.clone();
            [
                kind.api_version,
                kind.kind,
                namespace.unwrap_or_default(),
                name,
            ]
        });
        self.surplus = named.collect();
        self
    }

    /// Objects that go though no revision has them.
    pub(super) fn surplus(&self) -> Vec<ObjectRef> {
        let named = self.surplus.iter().cloned();
        let objects = named.map(|[version, kind, namespace, name]| ObjectRef {
            kind: Kind::new(version, kind),
            namespace: Some(namespace).filter(|namespace| !namespace.is_empty()),
            name,
        });
        objects.collect()
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
