//! What a plan is going to create, as far as it matters to planning the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value as Json;

use super::{Definition, Kind};

/// Namespaces and custom resource definitions that a plan is going to create.
/// One is shared by everything that plans objects of a stack: manifests and
/// charts alike.
#[derive(Debug, Default)]
pub struct Foreseen {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    namespaces: BTreeSet<String>,
    definitions: BTreeMap<(String, String), Arc<Definition>>,
}

impl Foreseen {
    /// Notes an object that is going to be created. Most do not matter.
    pub fn note(&self, manifest: &Json) {
        let Some(kind) = Kind::of(manifest) else {
            return;
        };
        match (kind.group(), kind.kind.as_str()) {
            ("", "Namespace") => {
                let name = manifest.pointer("/metadata/name").and_then(Json::as_str);
                if let Some(name) = name {
                    self.lock().namespaces.insert(name.to_owned());
                }
            }
            ("apiextensions.k8s.io", "CustomResourceDefinition") => {
                if let Some(definition) = Definition::of(manifest) {
                    let names = (definition.group.clone(), definition.kind.clone());
                    let definition = Arc::new(definition);
                    self.lock().definitions.insert(names, definition);
                }
            }
            _ => {}
        }
    }

    /// Whether the namespace is going to be created.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.lock().namespaces.contains(name)
    }

    /// The definition that is going to bring a kind.
    pub fn definition(&self, kind: &Kind) -> Option<Arc<Definition>> {
        let names = (kind.group().to_owned(), kind.kind.clone());
        self.lock().definitions.get(&names).cloned()
    }

    /// What definitions that are going to be created bring into a group, as
    /// `KIND (by DEFINITION)`.
    pub fn kinds_of(&self, group: &str) -> Vec<String> {
        let inner = self.lock();
        let definitions = inner.definitions.values();
        let brought = definitions.filter(|definition| definition.group == group);
        brought
            .map(|definition| format!("{} (by {})", definition.kind, definition.name))
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
