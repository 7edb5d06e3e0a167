//! What dry runs said.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value as Json;

use crate::client::{Cluster, ClusterError, DryRun, Manager, ObjectRef};

/// The answers of a cluster's dry runs. What is applied has been planned a
/// moment before, and is planned once more with all that is known by then:
/// where that is the same, about the same version of the object, nobody is
/// asked again.
#[derive(Default)]
pub(crate) struct Foretold(Mutex<HashMap<Subject, Said>>);

/// An object in a version; a new one has none.
#[derive(PartialEq, Eq, Hash)]
struct Subject {
    object: ObjectRef,
    version: Option<String>,
}

struct Said {
    manifest: Json,
    manager: String,
    force: bool,
    answer: Arc<DryRun>,
}

impl Said {
    fn answers(&self, manifest: &Json, manager: Manager<'_>) -> bool {
        self.manifest == *manifest && self.manager == manager.name && self.force == manager.force
    }
}

impl Foretold {
    /// What applying would lead to, given the object there is.
    ///
    /// # Errors
    /// As [`Cluster::dry_run_over`]; failures are not kept.
    pub(crate) async fn dry_run(
        &self,
        cluster: &Cluster,
        manifest: &Json,
        live: Option<&Json>,
        manager: Manager<'_>,
    ) -> Result<Arc<DryRun>, ClusterError> {
        let subject = subject(manifest, live);
        let known = subject.as_ref().and_then(|subject| {
            let said = self.lock();
            let said = said.get(subject)?;
            said.answers(manifest, manager)
                .then(|| Arc::clone(&said.answer))
        });
        if let Some(answer) = known {
            return Ok(answer);
        }
        let answer = cluster.dry_run_over(manifest, live, manager).await?;
        let answer = Arc::new(answer);
        if let Some(subject) = subject {
            let said = Said {
                manifest: manifest.clone(),
                manager: manager.name.to_owned(),
                force: manager.force,
                answer: Arc::clone(&answer),
            };
            self.lock().insert(subject, said);
        }
        Ok(answer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Subject, Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is asked about; `None` if that could not be said later.
fn subject(manifest: &Json, live: Option<&Json>) -> Option<Subject> {
    let version = |live: &Json| {
        let version = live.pointer("/metadata/resourceVersion");
        version.and_then(Json::as_str).map(str::to_owned)
    };
    let version = match live {
        Some(live) => Some(version(live)?),
        None => None,
    };
    let object = ObjectRef::of(manifest)?;
    Some(Subject { object, version })
}
