//! Reading many objects with few calls.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::Value as Json;

use super::{Cause, Cluster, ClusterError, Kind, ObjectRef};

/// So many objects are read one by one rather than listed.
const FEW: usize = 8;
/// So many single reads are under way at once.
const SIDE_BY_SIDE: usize = 16;

/// What became of reading an object.
pub type Reading = Result<Option<Json>, Arc<ClusterError>>;

impl Cluster {
    /// Looks at many objects; one answer for each, in their order. Objects of
    /// one kind and namespace are listed where that takes fewer calls.
    pub async fn get_all(&self, objects: &[ObjectRef]) -> Vec<Reading> {
        let mut groups: BTreeMap<(Kind, Option<String>), Vec<usize>> = BTreeMap::new();
        for (place, object) in objects.iter().enumerate() {
            let group = (object.kind.clone(), object.namespace.clone());
            groups.entry(group).or_default().push(place);
        }
        let mut answers: Vec<Option<Reading>> = objects.iter().map(|_| None).collect();
        let mut single = Vec::new();
        for ((kind, namespace), places) in groups {
            if places.len() <= FEW {
                single.extend(places);
                continue;
            }
            let rest = self
                .listed(&kind, namespace.as_deref(), objects, &places, &mut answers)
                .await;
            single.extend(rest);
        }
        for some in single.chunks(SIDE_BY_SIDE) {
            let reads = some.iter().map(|place| self.get(&objects[*place]));
            let read = join(reads).await;
            for (place, answer) in some.iter().zip(read) {
                answers[*place] = Some(answer.map_err(Arc::new));
            }
        }
        let answers = answers.into_iter();
        answers.map(|answer| answer.unwrap_or(Ok(None))).collect()
    }

    /// Answers what listing can; what is left must be read one by one.
    async fn listed(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        objects: &[ObjectRef],
        places: &[usize],
        answers: &mut [Option<Reading>],
    ) -> Vec<usize> {
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for place in places {
            wanted
                .entry(&objects[*place].name)
                .or_default()
                .push(*place);
        }
        let resource = match self.resource(kind).await {
            Ok(resource) => resource,
            Err(error) => {
                let error = Arc::new(error);
                for place in places {
                    answers[*place] = Some(Err(error.clone()));
                }
                return Vec::new();
            }
        };
        // A manifest without a namespace means `default`.
        let namespace = resource.namespaced.then(|| namespace.unwrap_or("default"));
        let mut next = None;
        loop {
            let page = match self.page(kind, namespace, next.as_deref()).await {
                Ok(page) => page,
                // Whoever may not list may still read; also where a list
                // grew too old between its pages.
                Err(error) if matches!(*error.cause, Cause::Forbidden(_)) => break,
                Err(error) if matches!(*error.cause, Cause::Server { code: 410, .. }) => break,
                Err(error) => {
                    let error = Arc::new(error);
                    for place in wanted.into_values().flatten() {
                        answers[place] = Some(Err(error.clone()));
                    }
                    return Vec::new();
                }
            };
            for item in page.items {
                let name = item.pointer("/metadata/name").and_then(Json::as_str);
                let Some(places) = name.and_then(|name| wanted.remove(name)) else {
                    continue;
                };
                for place in places {
                    answers[place] = Some(Ok(Some(item.clone())));
                }
            }
            let missing = wanted.values().map(Vec::len).sum::<usize>();
            next = page.next;
            match next {
                // Another page costs as much as reading some dozens.
                Some(_) if missing > FEW && page.remaining < 100 * missing => {}
                Some(_) => break,
                None => {
                    for place in wanted.into_values().flatten() {
                        answers[place] = Some(Ok(None));
                    }
                    return Vec::new();
                }
            }
        }
        wanted.into_values().flatten().collect()
    }
}

/// Runs futures side by side.
async fn join<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures_util::future::join_all(futures).await
}
