//! Reading many objects with few calls.

use std::{
    collections::{BTreeMap, HashMap},
    iter::repeat_n,
    sync::Arc,
};

use futures_util::{StreamExt, future::join, stream};
use serde_json::Value as Json;

use super::{Cause, Cluster, ClusterError, Kind, ObjectRef};

/// So many objects are read one by one rather than listed.
const FEW: usize = 8;
/// So many calls are under way at once.
const SIDE_BY_SIDE: usize = 16;

/// What became of reading an object.
pub type Reading = Result<Option<Json>, Arc<ClusterError>>;

/// Answers by the places of the objects that were asked for.
type Answers = Vec<(usize, Reading)>;

impl Cluster {
    /// Looks at many objects; one answer for each, in their order. Objects of
    /// one kind and namespace are listed where that takes fewer calls.
    pub async fn get_all(&self, objects: &[ObjectRef]) -> Vec<Reading> {
        let mut groups: BTreeMap<(&Kind, Option<&str>), Vec<usize>> = BTreeMap::new();
        for (place, object) in objects.iter().enumerate() {
            let group = (&object.kind, object.namespace.as_deref());
            groups.entry(group).or_default().push(place);
        }
        let (few, many): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|(_, places)| places.len() <= FEW);
        let few = few.into_iter().flat_map(|(_, places)| places).collect();
        let lists = many
            .into_iter()
            .map(|((kind, namespace), places)| self.listed(kind, namespace, objects, places));
        let lists = lists.collect();
        let (listed, read) = join(side_by_side(lists), self.one_by_one(objects, few)).await;
        let mut answers: Vec<Reading> = objects.iter().map(|_| Ok(None)).collect();
        let mut left = Vec::new();
        let mut found = read;
        for (some, rest) in listed {
            found.extend(some);
            left.extend(rest);
        }
        found.extend(self.one_by_one(objects, left).await);
        for (place, reading) in found {
            answers[place] = reading;
        }
        answers
    }

    async fn one_by_one(&self, objects: &[ObjectRef], places: Vec<usize>) -> Answers {
        let reads = places.into_iter().map(|place| async move {
            let read = self.get(&objects[place]).await;
            (place, read.map_err(Arc::new))
        });
        side_by_side(reads.collect()).await
    }

    /// What listing tells of the objects at these places of one kind and
    /// namespace, and what is left to be read one by one.
    async fn listed(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        objects: &[ObjectRef],
        places: Vec<usize>,
    ) -> (Answers, Vec<usize>) {
        let resource = match self.resource(kind).await {
            Ok(resource) => resource,
            Err(error) => return (all(places, Err(Arc::new(error))), Vec::new()),
        };
        // A manifest without a namespace means `default`.
        let namespace = resource.namespaced.then(|| namespace.unwrap_or("default"));
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for place in places {
            let named = wanted.entry(&objects[place].name).or_default();
            named.push(place);
        }
        let mut answers = Vec::new();
        let mut next = None;
        loop {
            let page = match self.page(kind, namespace, next.as_deref()).await {
                Ok(page) => page,
                // Whoever may not list may still read; also where a list
                // grew too old between its pages.
                Err(error) if matches!(*error.cause, Cause::Forbidden(_)) => break,
                Err(error) if matches!(*error.cause, Cause::Server { code: 410, .. }) => break,
                Err(error) => {
                    let failed = Err(Arc::new(error));
                    let left = wanted.into_values().flatten().collect();
                    answers.extend(all(left, failed));
                    return (answers, Vec::new());
                }
            };
            for item in page.items {
                let name = item.pointer("/metadata/name").and_then(Json::as_str);
                if let Some(places) = name.and_then(|name| wanted.remove(name)) {
                    answers.extend(all(places, Ok(Some(item))));
                }
            }
            let missing = wanted.values().map(Vec::len).sum::<usize>();
            next = page.next;
            match next {
                // Another page costs as much as reading some dozens.
                Some(_) if missing > FEW && page.remaining < 100 * missing => {}
                Some(_) => break,
                // Who is on no page is not there.
                None => return (answers, Vec::new()),
            }
        }
        (answers, wanted.into_values().flatten().collect())
    }
}

/// The same answer at several places.
fn all(places: Vec<usize>, reading: Reading) -> Answers {
    let readings = repeat_n(reading, places.len());
    places.into_iter().zip(readings).collect()
}

/// Runs futures side by side, within bounds; their answers come in any order.
async fn side_by_side<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let futures = stream::iter(futures).buffer_unordered(SIDE_BY_SIDE);
    futures.collect().await
}
