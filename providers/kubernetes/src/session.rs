//! The client the provider's types are handed.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value as Json;
use tokio::sync::OnceCell;
use trueup_sdk::{Fact, world::Random};

use crate::{
    client::{
        Cause, Cluster, ClusterError, DryRun, Foreseen, Manager, ObjectRef, Pauses, chooses_nodes,
    },
    foretold::Foretold,
};

/// Whom fields belong to unless a configuration says otherwise.
pub(crate) const FIELD_MANAGER: &str = "trueup";

/// How many objects are read together: as many as a page of a list has.
pub(crate) const READS_AT_ONCE: usize = 500;

/// How long what the stack is going to bring is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster for the time of a run.
pub struct Session {
    /// The cluster.
    pub cluster: Arc<Cluster>,
    /// What the plan is going to create.
    pub foreseen: Arc<Foreseen>,
    pub(crate) foretold: Arc<Foretold>,
    pub(crate) random: Arc<dyn Random>,
    /// Whether fields are taken from other managers where a resource does not
    /// say otherwise.
    pub(crate) force: bool,
    /// Labels and annotations nobody looks at.
    pub(crate) ignored: Ignored,
    nodes: OnceCell<Vec<Fact>>,
    seen: Mutex<HashMap<ObjectRef, Arc<Json>>>,
    read: Mutex<HashSet<ObjectRef>>,
}

/// What sessions with the same cluster have in common, whoever configured
/// them: the connection, and what was asked.
#[derive(Clone)]
pub(crate) struct Ties {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) foretold: Arc<Foretold>,
}

/// Labels and annotations that are as if they were not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignored {
    /// Expressions for keys of labels.
    pub(crate) labels: Vec<regex::Regex>,
    /// Expressions for keys of annotations.
    pub(crate) annotations: Vec<regex::Regex>,
}

impl Session {
    pub(crate) fn new(
        ties: Ties,
        foreseen: Arc<Foreseen>,
        random: Arc<dyn Random>,
        ignored: Ignored,
        force: bool,
    ) -> Self {
        Session {
            cluster: ties.cluster,
            foretold: ties.foretold,
            foreseen,
            random,
            force,
            ignored,
            nodes: OnceCell::new(),
            seen: Mutex::default(),
            read: Mutex::default(),
        }
    }

    /// The nodes, if an object's pods choose among them: what is known beside
    /// what applying needs. Nothing where they may not be listed.
    pub(crate) async fn nodes_for(&self, manifest: &Json) -> Vec<Fact> {
        if !chooses_nodes(manifest) {
            return Vec::new();
        }
        let ask = || async { self.cluster.nodes().await.unwrap_or_default() };
        self.nodes.get_or_init(ask).await.clone()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<ObjectRef, Arc<Json>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an object that was just read for the plan that follows.
    pub(crate) fn saw(&self, object: ObjectRef, live: Arc<Json>) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(object.clone());
        drop(read);
        self.seen().insert(object, live);
    }

    /// Whether the object was read in this run, so that it is in the state.
    pub(crate) fn was_read(&self, object: &ObjectRef) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.contains(object)
    }

    /// What applying would lead to, given the object there is.
    pub(crate) async fn dry_run(
        &self,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Result<Arc<DryRun>, ClusterError> {
        let foretold = &self.foretold;
        foretold
            .dry_run(&self.cluster, manifest, live, manager)
            .await
    }

    /// Applies a manifest. A namespace or a kind that the stack is going to
    /// bring is waited for, whatever depends on what.
    pub(crate) async fn apply_over(
        &self,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Result<Json, ClusterError> {
        let mut pauses = Pauses::within(PATIENCE);
        loop {
            let applied = self.cluster.apply_over(manifest, live, manager).await;
            let error = match applied {
                Err(error) if self.is_to_come(&error, manifest) => error,
                answer => return answer,
            };
            let Some(pause) = pauses.next() else {
                return Err(error);
            };
            self.cluster.forget_kinds();
            self.cluster.sleep(pause).await;
        }
    }

    fn is_to_come(&self, error: &ClusterError, manifest: &Json) -> bool {
        match &*error.cause {
            Cause::NoSuchKind(kind) => self.foreseen.definition(kind).is_some(),
            Cause::NotFound(reason) if reason.starts_with("namespaces ") => {
                let namespace = ObjectRef::of(manifest).and_then(|object| object.namespace);
                namespace.is_some_and(|namespace| self.foreseen.has_namespace(&namespace))
            }
            _ => false,
        }
    }

    /// The object as it was read a moment ago, if it was.
    pub(crate) fn last_seen(&self, object: &ObjectRef) -> Option<Arc<Json>> {
        self.seen().remove(object)
    }
}
