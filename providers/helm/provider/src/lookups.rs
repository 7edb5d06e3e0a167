//! What templates look up in the cluster.
//!
//! Templates run on a thread of their own and wait there for each answer, which comes
//! from the thread that talks to the cluster. Who only looks through a chart asks
//! nothing: to it what was never asked is not there.
//!
//! Objects of the release itself are not there, whatever is deployed: charts look
//! for them to keep what they drew, and pins do that, without another text (with
//! quotes or without) and so another checksum the second time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Sender},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use trueup_helm::{Lookup, Query};
use trueup_kubernetes::client::{Cause, Cluster, ClusterError, Kind, ObjectRef, Selectors};

use crate::values::STAND_IN;

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
}

/// What a template wants to know, and who waits for it.
pub(crate) struct Question {
    query: Query,
    waits: Sender<Found>,
}

/// Lookups that ask the cluster what they do not know.
pub(crate) struct Asking {
    lookups: Lookups,
    questions: UnboundedSender<Question>,
}

impl Lookup for Lookups {
    fn find(&self, query: &Query) -> Found {
        self.told_of(query).unwrap_or(Ok(None))
    }
}

impl Lookup for Asking {
    fn find(&self, query: &Query) -> Found {
        if let Some(found) = self.lookups.told_of(query) {
            return found;
        }
        let (waits, answer) = mpsc::channel();
        let question = Question {
            query: query.clone(),
            waits,
        };
        let gone = || "nobody looks it up any more".to_owned();
        self.questions.send(question).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
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

    /// What is known of it.
    fn told_of(&self, query: &Query) -> Option<Found> {
        let known = self.known();
        let names = [&query.kind, &query.namespace, &query.name].map(String::clone);
        match known.own.contains(&names) {
            true => Some(Ok(None)),
            false => known.answers.get(query).cloned(),
        }
    }

    /// These lookups for templates that run, and the questions they will ask. There are
    /// no more once nobody can ask.
    pub(crate) fn asking(&self) -> (Asking, UnboundedReceiver<Question>) {
        let (questions, asked) = unbounded_channel();
        let lookups = self.clone();
        (Asking { lookups, questions }, asked)
    }

    /// Answers questions until there are no more.
    pub(crate) async fn answer(&self, mut asked: UnboundedReceiver<Question>, cluster: &Cluster) {
        while let Some(Question { query, waits }) = asked.recv().await {
            let has_room = self.known().answers.len() < MOST;
            let found = match has_room {
                true => ask(cluster, &query).await,
                false => Err(format!("more than {MOST} objects are looked up")),
            };
            self.known().answers.insert(query, found.clone());
            // The template may have been given up.
            let _ = waits.send(found);
        }
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
