//! What templates look up in the cluster.
//!
//! Templates cannot wait for an answer, so they are rendered with what is known
//! so far, where what was never asked is not there. What they asked in vain is
//! read then, side by side, and they are rendered again, until nothing is open.
//!
//! Objects of the release itself are not there, whatever is deployed: charts look
//! for them to keep what they drew, and pins do that, without another text (with
//! quotes or without) and so another checksum the second time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{StreamExt, stream};
use serde_json::{Value as Json, json};
use trueup_helm::{Lookup, Query};
use trueup_kubernetes::client::{Cause, Cluster, ClusterError, Kind, ObjectRef, Selectors};

use crate::values::STAND_IN;

/// So many questions are asked at once.
const SIDE_BY_SIDE: usize = 16;

/// So many questions a chart may ask.
const MOST: usize = 1000;

/// Why there is no answer, in words.
type Found = Result<Option<Json>, String>;

/// A question and its answer, as a plan carries it: version of the API, kind,
/// namespace, name.
pub(crate) type Told = ([String; 4], Option<Json>);

/// All that was looked up for a release. Each question is asked once.
#[derive(Clone, Default)]
pub(crate) struct Lookups(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    /// Kind, namespace and name of the release's own objects.
    own: BTreeSet<[String; 3]>,
    answers: BTreeMap<Query, Found>,
    open: BTreeSet<Query>,
}

impl Lookup for Lookups {
    fn find(&self, query: &Query) -> Found {
        let mut known = self.known();
        let names = [&query.kind, &query.namespace, &query.name].map(String::clone);
        if known.own.contains(&names) {
            return Ok(None);
        }
        match known.answers.get(query) {
            Some(found) => found.clone(),
            None => {
                known.open.insert(query.clone());
                Ok(None)
            }
        }
    }
}

impl Lookups {
    /// With what was told before.
    pub(crate) fn knowing(told: &[Told]) -> Self {
        let answers = told.iter().map(|(names, found)| {
            let [api_version, kind, namespace, name] = names.clone();
            let query = Query {
                api_version,
                kind,
                namespace,
                name,
            };
            (query, Ok(found.clone()))
        });
        let known = Known {
            answers: answers.collect(),
            ..Known::default()
        };
        Lookups(Arc::new(Mutex::new(known)))
    }

    /// Without the objects of the release itself: kind, namespace and name.
    pub(crate) fn without(self, own: impl Iterator<Item = [String; 3]>) -> Self {
        self.known().own = own.collect();
        self
    }

    /// What was told, to be told again.
    pub(crate) fn told(&self) -> Vec<Told> {
        let known = self.known();
        let answers = known.answers.iter();
        let told = answers.filter_map(|(query, found)| {
            let query = query.clone();
            let names = [query.api_version, query.kind, query.namespace, query.name];
            Some((names, found.clone().ok()?))
        });
        told.collect()
    }

    /// Answers what was asked in vain. Whether anything was.
    pub(crate) async fn answer(&self, cluster: &Cluster) -> bool {
        let open = std::mem::take(&mut self.known().open);
        if open.is_empty() {
            return false;
        }
        let room = MOST.saturating_sub(self.known().answers.len());
        let asked = open
            .into_iter()
            .enumerate()
            .map(|(place, query)| async move {
                let found = match place < room {
                    true => ask(cluster, &query).await,
                    false => Err(format!("more than {MOST} objects are looked up")),
                };
                (query, found)
            });
        let asked: Vec<_> = asked.collect();
        let answers: Vec<_> = stream::iter(asked).buffered(SIDE_BY_SIDE).collect().await;
        self.known().answers.extend(answers);
        true
    }

    /// The texts in Secrets that were looked up, as they are written there and
    /// in clear.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let known = self.known();
        let secret = known.answers.iter();
        let secret = secret.filter(|(query, _)| query.kind == "Secret");
        let objects = secret.filter_map(|(_, found)| found.as_ref().ok()?.as_ref());
        let mut texts = Vec::new();
        for object in objects {
            collect(object, &mut texts);
            let items = object.get("items").and_then(Json::as_array);
            items
                .into_iter()
                .flatten()
                .for_each(|item| collect(item, &mut texts));
        }
        texts
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The texts in a Secret's data.
fn collect(object: &Json, texts: &mut Vec<String>) {
    let data = object.get("data").and_then(Json::as_object);
    let encoded = data.into_iter().flat_map(|data| data.values());
    for text in encoded.filter_map(Json::as_str) {
        let clear = STANDARD.decode(text).ok();
        let clear = clear.and_then(|bytes| String::from_utf8(bytes).ok());
        texts.push(text.to_owned());
        texts.extend(clear);
    }
}

async fn ask(cluster: &Cluster, query: &Query) -> Found {
    // What depends on something unknown is not there yet.
    if query.namespace.contains(STAND_IN) || query.name.contains(STAND_IN) {
        return Ok(None);
    }
    let kind = Kind::new(query.api_version.as_str(), query.kind.as_str());
    let namespace = Some(query.namespace.as_str()).filter(|namespace| !namespace.is_empty());
    let told = |error: ClusterError| match &*error.cause {
        Cause::NotFound(_) => Ok(None),
        _ => Err(error.to_string()),
    };
    if query.name.is_empty() {
        let listed = cluster.list(&kind, namespace, &Selectors::default()).await;
        let listed = listed.map(|items| {
            let kind = format!("{}List", query.kind);
            Some(json!({ "apiVersion": query.api_version, "kind": kind, "metadata": {}, "items": items }))
        });
        return listed.or_else(told);
    }
    let resource = match cluster.resource(&kind).await {
        Ok(resource) => resource,
        Err(error) => return told(error),
    };
    if resource.namespaced && namespace.is_none() {
        return Ok(None);
    }
    let object = ObjectRef {
        kind,
        namespace: namespace.filter(|_| resource.namespaced).map(str::to_owned),
        name: query.name.clone(),
    };
    cluster.get(&object).await.or_else(told)
}
