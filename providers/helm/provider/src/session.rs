//! The client that the provider's types are handed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;
use trueup_helm::{Capabilities, ChartError, KubeVersion};
use trueup_helm_release::operation::{DriftedObject, History};
use trueup_kubernetes::client::{Cluster, ClusterError, Foreseen, Offer};
use trueup_sdk::{Fact, world::World};

use crate::{charts::Charts, release::Prepared};

/// A cluster and where charts come from, for the time of a run.
pub struct Session {
    pub(crate) cluster: Cluster,
    pub(crate) foreseen: Arc<Foreseen>,
    pub(crate) world: World,
    pub(crate) charts: Charts,
    /// Whether rendered objects are kept in the state: the experiment
    /// `manifest` of Terraform's provider.
    pub(crate) keeps_manifest: bool,
    offer: OnceCell<Arc<Offer>>,
    nodes: OnceCell<Vec<Fact>>,
    seen: Mutex<HashMap<Place, Arc<Seen>>>,
    prepared: Mutex<HashMap<Place, Prepared>>,
}

/// A release: its namespace and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// A release as it was read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) history: History,
    pub(crate) drift: Vec<DriftedObject>,
}

impl Session {
    pub(crate) fn new(
        cluster: Cluster,
        foreseen: Arc<Foreseen>,
        world: World,
        charts: Charts,
        keeps_manifest: bool,
    ) -> Self {
        Session {
            cluster,
            foreseen,
            world,
            charts,
            keeps_manifest,
            offer: OnceCell::new(),
            nodes: OnceCell::new(),
            seen: Mutex::default(),
            prepared: Mutex::default(),
        }
    }

    /// What the cluster offers, asked once in a run.
    pub(crate) async fn offer(&self) -> Result<Arc<Offer>, ClusterError> {
        let ask = || async { self.cluster.offer().await.map(Arc::new) };
        self.offer.get_or_try_init(ask).await.cloned()
    }

    /// The nodes, asked once in a run. None where they may not be listed:
    /// nothing that is applied depends on them.
    pub(crate) async fn nodes(&self) -> Vec<Fact> {
        let ask = || async { self.cluster.nodes().await.unwrap_or_default() };
        self.nodes.get_or_init(ask).await.clone()
    }

    /// Keeps a release that was just read for the plan that follows.
    pub(crate) fn saw(&self, place: Place, seen: Seen) {
        lock(&self.seen).insert(place, Arc::new(seen));
    }

    /// A release as it was read in this run, if it was.
    pub(crate) fn seen(&self, place: &Place) -> Option<Arc<Seen>> {
        lock(&self.seen).get(place).cloned()
    }

    /// Keeps what is about to be applied.
    pub(crate) fn prepare(&self, place: Place, prepared: Prepared) {
        lock(&self.prepared).insert(place, prepared);
    }

    /// What is to be applied, once.
    pub(crate) fn prepared(&self, place: &Place) -> Option<Prepared> {
        lock(&self.prepared).remove(place)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What templates are told of a cluster.
///
/// # Errors
/// The cluster's version is none.
pub(crate) fn capabilities(offer: &Offer) -> Result<Capabilities, ChartError> {
    let versions = offer.kinds.iter().flat_map(|(version, kinds)| {
        let kinds = kinds.iter().map(move |kind| format!("{version}/{kind}"));
        std::iter::once(version.clone()).chain(kinds)
    });
    Ok(Capabilities {
        api_versions: versions.collect(),
        ..Capabilities::offline(KubeVersion::parse(&offer.version)?)
    })
}
