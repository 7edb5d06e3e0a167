//! Writing other than by server-side apply, as tools did before there was any.

use http::Request;
use kube::core::{
    params::{Patch, PatchParams, PostParams},
    request,
};
use serde_json::Value as Json;

use super::{Action, Cause, Cluster, ClusterError, ObjectRef, mask};

/// A patch that says what to change of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectPatch {
    /// A strategic merge patch: lists are merged by the keys of their elements.
    /// Only kinds that Kubernetes comes with know such patches.
    Strategic(Json),
    /// A merge patch (RFC 7386).
    Merge(Json),
}

impl Cluster {
    /// Makes an object as `manager`. A manifest with `generateName` in place of
    /// a name gets one from the server.
    ///
    /// # Errors
    /// [`Cause::AlreadyExists`]; whatever else keeps it from being made. The
    /// call is made again where its answer was lost: there may be an object
    /// already then, made a moment ago.
    pub async fn create(&self, manifest: &Json, manager: &str) -> Result<Json, ClusterError> {
        let object = place(Action::Create, manifest)?;
        let collection = self.collection(&object).await?;
        let params = written_by(manager);
        let make = || collection.create(&params, manifest.to_string().into_bytes());
        let answer = self.call_json(Action::Create, &object, make).await;
        answer.map_err(|error| mask::error(error, manifest))
    }

    /// Puts an object in the place of the one there is. Without a resource
    /// version in the manifest it does not matter what that was.
    ///
    /// # Errors
    /// [`Cause::NotFound`] if there is none; whatever else keeps it from being
    /// replaced.
    pub async fn replace(&self, manifest: &Json, manager: &str) -> Result<Json, ClusterError> {
        let object = place(Action::Replace, manifest)?;
        let collection = self.collection(&object).await?;
        let params = written_by(manager);
        let make = || collection.replace(&object.name, &params, manifest.to_string().into_bytes());
        let answer = self.call_json(Action::Replace, &object, make).await;
        answer.map_err(|error| mask::error(error, manifest))
    }

    /// Changes an object by a patch that was made here, as `manager`; with
    /// `dry` only tells what that would lead to.
    ///
    /// # Errors
    /// Whatever keeps it from being changed.
    pub async fn change(
        &self,
        object: &ObjectRef,
        patch: &ObjectPatch,
        manager: &str,
        dry: bool,
    ) -> Result<Json, ClusterError> {
        let collection = self.collection(object).await?;
        let params = PatchParams {
            dry_run: dry,
            field_manager: Some(manager.to_owned()),
            ..PatchParams::default()
        };
        let action = if dry { Action::DryRun } else { Action::Apply };
        let (patch, json) = match patch {
            ObjectPatch::Strategic(json) => (Patch::Strategic(json), json),
            ObjectPatch::Merge(json) => (Patch::Merge(json), json),
        };
        let make = || collection.patch(&object.name, &params, &patch);
        let answer = self.call_json(action, object, make).await;
        answer.map_err(|error| mask::error(error, json))
    }

    /// The last lines that a container of a pod printed.
    ///
    /// # Errors
    /// Whatever keeps them from being read: the kubelet is asked for them.
    pub async fn logs(
        &self,
        pod: &ObjectRef,
        container: &str,
        lines: u32,
    ) -> Result<String, ClusterError> {
        let namespace = pod.namespace.as_deref().unwrap_or("default");
        let path = format!(
            "/api/v1/namespaces/{namespace}/pods/{}/log?container={container}&tailLines={lines}",
            pod.name
        );
        let make = || {
            let request = Request::get(&path).body(Vec::new());
            request.map_err(request::Error::BuildRequest)
        };
        self.call(Action::Logs, pod, make).await
    }
}

fn written_by(manager: &str) -> PostParams {
    PostParams {
        field_manager: Some(manager.to_owned()),
        ..PostParams::default()
    }
}

/// Where a manifest belongs; one with `generateName` has no name yet.
fn place(action: Action, manifest: &Json) -> Result<ObjectRef, ClusterError> {
    if let Some(object) = ObjectRef::of(manifest) {
        return Ok(object);
    }
    let mut named = manifest.clone();
    let generated = manifest.pointer("/metadata/generateName");
    if let (Some(generated), true) = (generated, action == Action::Create) {
        named["metadata"]["name"] = generated.clone();
    }
    ObjectRef::of(&named).ok_or_else(|| {
        let reason = "it lacks apiVersion, kind or metadata.name".to_owned();
        ClusterError::new(action, "a manifest", Cause::Failed(reason))
    })
}
