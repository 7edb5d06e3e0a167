//! Which object is meant.

use std::fmt;

use serde_json::Value as Json;

/// A kind of objects, as manifests name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind {
    /// `v1`, `apps/v1`.
    pub api_version: String,
    /// `ConfigMap`.
    pub kind: String,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace, if it is in one and the manifest says so.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Kind {
    /// A kind by its names.
    pub fn new(api_version: impl Into<String>, kind: impl Into<String>) -> Kind {
        Kind {
            api_version: api_version.into(),
            kind: kind.into(),
        }
    }

    /// That of a manifest.
    pub fn of(manifest: &Json) -> Option<Kind> {
        let text = |name: &str| manifest.get(name).and_then(Json::as_str);
        Some(Kind::new(text("apiVersion")?, text("kind")?))
    }

    /// The API group; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version within the group.
    pub fn version(&self) -> &str {
        let split = self.api_version.split_once('/');
        split.map_or(self.api_version.as_str(), |(_, version)| version)
    }
}

impl ObjectRef {
    /// The object a manifest describes; `None` if it lacks kind or name.
    pub fn of(manifest: &Json) -> Option<ObjectRef> {
        let metadata = |name: &str| {
            let found = manifest.get("metadata")?.get(name)?.as_str()?;
            (!found.is_empty()).then(|| found.to_owned())
        };
        Some(ObjectRef {
            kind: Kind::of(manifest)?,
            namespace: metadata("namespace"),
            name: metadata("name")?,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.api_version, self.kind)
    }
}

/// `ConfigMap "settings" in namespace "default"`.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.kind.kind, self.name)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in namespace \"{namespace}\""),
            None => Ok(()),
        }
    }
}
