//! Which kinds there are, asked once and forgotten when that may have changed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::APIResourceList;

use super::Kind;

/// How objects of a kind are addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The kind.
    pub kind: Kind,
    /// The name in paths: `configmaps`.
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
}

/// The kinds of an API version, by name.
type Known = Arc<HashMap<String, Resource>>;

#[derive(Debug, Default)]
pub(crate) struct Discovery {
    versions: Mutex<HashMap<String, Known>>,
}

impl Discovery {
    pub(crate) fn known(&self, api_version: &str) -> Option<Known> {
        self.lock().get(api_version).cloned()
    }

    pub(crate) fn learn(&self, api_version: &str, list: &APIResourceList) -> Known {
        let resources = list.resources.iter();
        // Subresources, such as `pods/log`, are no kinds of their own.
        let kinds = resources.filter(|resource| !resource.name.contains('/'));
        let kinds = kinds.map(|resource| {
            let described = Resource {
                kind: Kind::new(api_version, &resource.kind),
                plural: resource.name.clone(),
                namespaced: resource.namespaced,
            };
            (resource.kind.clone(), described)
        });
        let known = Arc::new(kinds.collect::<HashMap<_, _>>());
        self.lock().insert(api_version.to_owned(), known.clone());
        known
    }

    pub(crate) fn note(&self, api_version: &str, kinds: Vec<Resource>) {
        let kinds = kinds.into_iter();
        let known = kinds.map(|resource| (resource.kind.kind.clone(), resource));
        let known = Arc::new(known.collect::<HashMap<_, _>>());
        self.lock().insert(api_version.to_owned(), known);
    }

    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resource {
    /// The path of the collection; `None` where a namespace is needed and
    /// there is none.
    pub(crate) fn collection(&self, namespace: Option<&str>) -> String {
        let version = &self.kind.api_version;
        let root = match version.contains('/') {
            true => format!("/apis/{version}"),
            false => format!("/api/{version}"),
        };
        match namespace.filter(|_| self.namespaced) {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }
}
