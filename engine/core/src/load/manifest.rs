//! `.terraform/modules/modules.json`: where installed modules are.

use std::{collections::HashMap, path::PathBuf};

use serde::Deserialize;

/// The directories of installed modules by path, such as `a.b`.
#[derive(Debug, Default)]
pub(crate) struct Manifest(HashMap<String, Installed>);

/// An entry of the manifest.
#[derive(Debug, Deserialize)]
pub(crate) struct Installed {
    #[serde(rename = "Key")]
    key: String,
    /// The source address it was installed from.
    #[serde(rename = "Source")]
    pub(crate) source: String,
    /// The version that was installed.
    #[serde(rename = "Version", default)]
    pub(crate) version: Option<String>,
    /// Where it is.
    #[serde(rename = "Dir")]
    pub(crate) dir: PathBuf,
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "Modules")]
    modules: Vec<Installed>,
}

impl Manifest {
    /// Reads the file's contents; what cannot be understood counts as empty,
    /// so that modules are reported as not installed.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let document: Document = match serde_json::from_slice(text) {
            Ok(document) => document,
            Err(_) => return Manifest::default(),
        };
        let modules = document.modules.into_iter();
        Manifest(modules.map(|module| (module.key.clone(), module)).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Installed> {
        self.0.get(key)
    }
}
