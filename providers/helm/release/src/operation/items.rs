//! The objects of a manifest, and where they are in the cluster.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;
use trueup_helm::{ChartError, split};
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::{Cause, Definition, Kind, ObjectRef, Resource};

use super::{OperationError, Releases};
use crate::numbers::whole_number;

/// An object of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Which one. Without a name where the server is to choose it.
    pub object: ObjectRef,
    /// The template it came from; empty if the manifest does not say so.
    pub template: String,
    /// The object. Its namespace stands in it, if its kind has any.
    pub manifest: Value,
    /// Whether the cluster knows its kind. It may be brought by a definition
    /// that is in the same manifest.
    pub known: bool,
}

/// Two objects are one if these are the same: the version of the API does not
/// matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    group: String,
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl Item {
    pub(crate) fn key(&self) -> Key {
        Key {
            group: self.object.kind.group().to_owned(),
            kind: self.object.kind.kind.clone(),
            namespace: self.object.namespace.clone(),
            name: self.object.name.clone(),
        }
    }

    /// An object of which no manifest is known.
    pub(crate) fn bare(object: ObjectRef) -> Self {
        Item {
            object,
            template: String::new(),
            manifest: Value::Null,
            known: true,
        }
    }

    /// Whether the server is to choose its name.
    pub(crate) fn is_unnamed(&self) -> bool {
        self.object.name.is_empty()
    }
}

/// A document of a manifest.
struct Document {
    template: String,
    object: Value,
}

/// The documents of a manifest, lists taken apart.
fn documents(text: &str) -> Result<Vec<Document>, ChartError> {
    let mut documents = Vec::new();
    for part in split(text) {
        let object = from_yaml(part.as_bytes());
        let mut object = object.map_err(|error| ChartError::new(error.to_string()))?;
        whole_number(&mut object);
        let template = source(part).unwrap_or_default();
        flatten(&template, object, &mut documents);
    }
    Ok(documents)
}

/// What Helm writes above each object.
fn source(part: &str) -> Option<String> {
    let mut lines = part.lines();
    let line = lines.find_map(|line| line.strip_prefix("# Source: "))?;
    Some(line.trim().to_owned())
}

fn flatten(template: &str, object: Value, into: &mut Vec<Document>) {
    let kind = object.get("kind").and_then(Value::as_str);
    let is_list = kind.is_some_and(|kind| kind.ends_with("List"));
    match object.get("items") {
        Some(Value::Array(items)) if is_list => {
            for item in items {
                flatten(template, item.clone(), into);
            }
        }
        _ if object.is_null() => {}
        _ => into.push(Document {
            template: template.to_owned(),
            object,
        }),
    }
}

impl Document {
    fn kind(&self) -> Result<Kind, OperationError> {
        let lacks = |missing| OperationError::NoObject {
            template: self.template.clone(),
            missing,
        };
        let text = |name: &str| self.object.get(name).and_then(Value::as_str);
        let kind = text("kind").ok_or_else(|| lacks("kind"))?;
        let version = text("apiVersion").ok_or_else(|| lacks("apiVersion"))?;
        Ok(Kind::new(version, kind))
    }

    fn metadata(&self, name: &str) -> Option<&str> {
        let found = self.object.get("metadata")?.get(name)?.as_str()?;
        (!found.is_empty()).then_some(found)
    }

    /// The item, of a kind with namespaces or without.
    fn place(self, kind: Kind, scope: Scope, namespace: &str) -> Result<Item, OperationError> {
        let name = self.metadata("name").map(str::to_owned);
        if name.is_none() && self.metadata("generateName").is_none() {
            return Err(OperationError::NoObject {
                template: self.template,
                missing: "metadata.name",
            });
        }
        let own = self.metadata("namespace").map(str::to_owned);
        let place = own.unwrap_or_else(|| namespace.to_owned());
        let place = scope.namespaced.then_some(place);
        let mut manifest = self.object;
        if let Some(place) = &place {
            manifest["metadata"]["namespace"] = place.as_str().into();
        }
        Ok(Item {
            object: ObjectRef {
                kind,
                namespace: place,
                name: name.unwrap_or_default(),
            },
            template: self.template,
            manifest,
            known: scope.known,
        })
    }
}

#[derive(Clone, Copy)]
struct Scope {
    namespaced: bool,
    known: bool,
}

impl Releases<'_> {
    /// The objects of a manifest in its order, each where it is in the
    /// cluster: those that name no namespace are in the release's. Of kinds
    /// that the cluster does not know, `definitions` and the manifest's own
    /// definitions tell whether they have namespaces.
    ///
    /// # Errors
    /// A document that is no object; a kind that nobody knows.
    pub async fn items(
        &self,
        release: &str,
        manifest: &str,
        definitions: &[Value],
    ) -> Result<Vec<Item>, OperationError> {
        self.placed(release, manifest, definitions, true).await
    }

    /// The same for what was stored once: kinds may have gone since.
    pub(crate) async fn stored_items(
        &self,
        release: &str,
        manifest: &str,
    ) -> Result<Vec<Item>, OperationError> {
        self.placed(release, manifest, &[], false).await
    }

    async fn placed(
        &self,
        release: &str,
        manifest: &str,
        definitions: &[Value],
        strict: bool,
    ) -> Result<Vec<Item>, OperationError> {
        let documents = documents(manifest).map_err(|source| OperationError::Manifest {
            release: release.to_owned(),
            source,
        })?;
        let kinds = documents.iter().map(Document::kind);
        let kinds = kinds.collect::<Result<Vec<Kind>, _>>()?;
        let own = documents.iter().map(|document| &document.object);
        let coming = coming(own.chain(definitions));
        let scopes = self.scopes(&kinds, &coming, strict).await?;
        let placed = documents.into_iter().zip(kinds).map(|(document, kind)| {
            let scope = scopes.get(&kind).copied();
            let scope = scope.unwrap_or(Scope {
                namespaced: true,
                known: false,
            });
            document.place(kind, scope, self.namespace)
        });
        placed.collect()
    }

    /// Which kinds have namespaces. Each version of an API is asked for once.
    async fn scopes(
        &self,
        kinds: &[Kind],
        coming: &BTreeMap<(String, String), bool>,
        strict: bool,
    ) -> Result<BTreeMap<Kind, Scope>, OperationError> {
        let kinds: BTreeSet<&Kind> = kinds.iter().collect();
        let versions: BTreeMap<&str, &Kind> = kinds
            .iter()
            .map(|kind| (kind.api_version.as_str(), *kind))
            .collect();
        // What is found is remembered; what is wrong is found again below.
        join_all(versions.values().map(|kind| self.cluster.resource(kind))).await;
        let mut scopes = BTreeMap::new();
        for kind in kinds {
            let found = self.cluster.resource(kind).await;
            let names = (kind.group().to_owned(), kind.kind.clone());
            let scope = match (found, coming.get(&names)) {
                (Ok(resource), _) => Scope::of(&resource),
                (Err(error), namespaced) if matches!(*error.cause, Cause::NoSuchKind(_)) => {
                    if namespaced.is_none() && strict {
                        return Err(error.into());
                    }
                    Scope {
                        namespaced: namespaced.copied().unwrap_or(true),
                        known: false,
                    }
                }
                (Err(error), _) => return Err(error.into()),
            };
            scopes.insert(kind.clone(), scope);
        }
        Ok(scopes)
    }
}

impl Scope {
    fn of(resource: &Resource) -> Scope {
        Scope {
            namespaced: resource.namespaced,
            known: true,
        }
    }
}

/// The kinds that definitions bring, and whether they have namespaces.
fn coming<'a>(objects: impl Iterator<Item = &'a Value>) -> BTreeMap<(String, String), bool> {
    let definitions = objects.filter(|object| {
        object.get("kind").and_then(Value::as_str) == Some("CustomResourceDefinition")
    });
    let definitions = definitions.filter_map(Definition::of);
    definitions
        .map(|found| ((found.group, found.kind), found.namespaced))
        .collect()
}
