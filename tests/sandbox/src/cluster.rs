//! Calls to the API server.

use std::{path::Path, thread};

use anyhow::{Context, anyhow};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime};

use crate::{Front, Sandbox};

/// What tests do to a cluster, and see of it. [`Sandbox::cluster`] goes behind
/// the back of the program under test: nothing of it is counted or fails.
///
/// Objects are named by their paths in the API, `/api/v1/namespaces/default`
/// say. All calls wait for their answer, inside a runtime too.
pub struct Cluster {
    runtime: Runtime,
    client: Client,
}

impl Sandbox {
    /// The cluster past all proxies, as its administrator.
    ///
    /// # Errors
    /// Its kubeconfig cannot be read.
    pub fn cluster(&self) -> anyhow::Result<Cluster> {
        Cluster::of(&self.description().direct_kubeconfig)
    }
}

impl Front {
    /// The cluster through this test's proxy, as its administrator.
    ///
    /// # Errors
    /// Its kubeconfig cannot be read.
    pub fn cluster(&self) -> anyhow::Result<Cluster> {
        Cluster::of(&self.kubeconfig)
    }
}

impl Cluster {
    fn of(kubeconfig: &Path) -> anyhow::Result<Cluster> {
        let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = elsewhere(|| {
            runtime.block_on(async {
                let options = KubeConfigOptions::default();
                let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
                // What goes wrong is what tests want to see.
                config.default_retry = false;
                anyhow::Ok(Client::try_from(config)?)
            })
        })??;
        Ok(Cluster { runtime, client })
    }

    /// An object or a list; `None` if there is none.
    ///
    /// # Errors
    /// Any answer but the object and "not found".
    pub fn get(&self, path: &str) -> anyhow::Result<Option<Json>> {
        match self.send("GET", path, "", &Json::Null) {
            Ok(object) => Ok(Some(object)),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
            Err(error) => Err(told("GET", path, error)),
        }
    }

    /// The objects of a collection.
    ///
    /// # Errors
    /// There is no such collection, or it cannot be read.
    pub fn list(&self, collection: &str) -> anyhow::Result<Vec<Json>> {
        let mut list = self
            .get(collection)?
            .with_context(|| format!("there is no {collection}"))?;
        match list["items"].take() {
            Json::Array(items) => Ok(items),
            _ => Err(anyhow!("{collection} is no collection")),
        }
    }

    /// Makes an object in a collection, as `kubectl create` does; what became of
    /// it.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn create(&self, collection: &str, object: &Json) -> anyhow::Result<Json> {
        let more = if collection.contains('?') { '&' } else { '?' };
        let path = format!("{collection}{more}fieldManager=kubectl-create");
        self.ask("POST", &path, "application/json", object)
    }

    /// Merges `patch` into an object, as `kubectl patch --type=merge` does.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn merge(&self, path: &str, patch: &Json) -> anyhow::Result<Json> {
        let path = format!("{path}?fieldManager=kubectl-patch");
        self.ask("PATCH", &path, "application/merge-patch+json", patch)
    }

    /// Applies an object server-side as `manager`, and takes the fields that
    /// others own.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn apply(&self, path: &str, manager: &str, object: &Json) -> anyhow::Result<Json> {
        let path = format!("{path}?fieldManager={manager}&force=true");
        self.ask("PATCH", &path, "application/apply-patch+yaml", object)
    }

    /// Replaces an object as a whole.
    ///
    /// # Errors
    /// The API server refuses.
    pub fn replace(&self, path: &str, object: &Json) -> anyhow::Result<Json> {
        self.ask("PUT", path, "application/json", object)
    }

    /// Deletes an object; with finalizers it stays for a while.
    ///
    /// # Errors
    /// It is not there, or the API server refuses.
    pub fn delete(&self, path: &str) -> anyhow::Result<Json> {
        self.ask("DELETE", path, "", &Json::Null)
    }

    fn ask(&self, method: &str, path: &str, media: &str, body: &Json) -> anyhow::Result<Json> {
        self.send(method, path, media, body)
            .map_err(|error| told(method, path, error))
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        media: &str,
        body: &Json,
    ) -> Result<Json, kube::Error> {
        let mut request = http::Request::builder().method(method).uri(path);
        let body = match body {
            Json::Null => Vec::new(),
            body => {
                request = request.header("Content-Type", media);
                body.to_string().into_bytes()
            }
        };
        let request = request.body(body).map_err(kube::Error::HttpError)?;
        let answer = elsewhere(|| self.runtime.block_on(self.client.request(request)));
        answer.unwrap_or_else(|error| Err(kube::Error::Service(error.into())))
    }
}

fn told(method: &str, path: &str, error: kube::Error) -> anyhow::Error {
    anyhow::Error::new(error).context(format!("{method} {path}"))
}

/// Runs on a thread of its own: whoever asks may be a runtime's thread, which
/// must not wait for another one.
fn elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
    thread::scope(|scope| scope.spawn(work).join())
        .map_err(|_| anyhow!("the thread of a call panicked"))
}
