//! An object in a cluster, as it will be.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use trueup_value::{Path, Value};

use super::{Look, Resource};

/// Where an object is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A `kubernetes_manifest`.
    Manifest,
    /// A type of its own, such as `kubernetes_service_v1`.
    Typed,
    /// A chart's template.
    Release,
}

/// An object that will be in the cluster.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// The resource it comes from.
    pub owner: &'a Resource<'a>,
    /// Where it is described.
    pub origin: Origin,
    /// The attribute of the resource.
    pub path: Path,
    /// Its kind.
    pub kind: String,
    /// Its namespace; none for objects without, and where it is not known.
    pub namespace: Option<String>,
    /// Its name, if it is known.
    pub name: Option<String>,
    pub(super) value: Value,
}

impl Object<'_> {
    /// A field, by the names that lead to it: `"spec.template"`.
    pub fn at(&self, names: &str) -> Look<'_> {
        Look::of(&self.value).find(names)
    }

    /// The whole object.
    pub fn whole(&self) -> Look<'_> {
        Look::of(&self.value)
    }

    /// The group of its API; empty for the core group.
    pub fn group(&self) -> Option<&str> {
        let version = self.at("apiVersion").text()?;
        Some(version.split_once('/').map_or("", |(group, _)| group))
    }

    /// `Service logs/loki`
    pub fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("(name not known yet)");
        match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{name}", self.kind),
            None => format!("{} {name}", self.kind),
        }
    }

    /// Whether its resource has others beside it.
    pub fn is_part(&self) -> bool {
        self.origin == Origin::Release
    }

    /// An annotation; names have dots in them.
    pub fn annotation(&self, name: &str) -> Look<'_> {
        self.at("metadata.annotations").at(name)
    }

    /// Whether it has this name in this namespace.
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace.as_deref() == Some(namespace) && self.name.as_deref() == Some(name)
    }

    /// The texts of a Secret or ConfigMap by their keys, as far as they are
    /// known.
    pub fn files(&self) -> Vec<(String, String)> {
        let encoded = self.kind == "Secret";
        let data = self.at("data").fields().filter_map(|(key, text)| {
            let text = text.text()?;
            let text = match encoded {
                true => String::from_utf8(STANDARD.decode(text).ok()?).ok()?,
                false => text.to_owned(),
            };
            Some((key.to_owned(), text))
        });
        let plain = self.at("stringData").fields();
        let plain = plain.filter_map(|(key, text)| Some((key.to_owned(), text.text()?.to_owned())));
        data.chain(plain).collect()
    }
}
