//! The namespace of releases.

use serde_json::json;
use trueup_kubernetes::client::{Cause, ClusterError, Kind, Manager, ObjectRef};

use super::{MANAGER, Releases};
use crate::ApplyMethod;

impl Releases<'_> {
    /// Whether the namespace is there.
    pub(crate) async fn has_namespace(&self) -> Result<bool, ClusterError> {
        let object = ObjectRef {
            kind: Kind::new("v1", "Namespace"),
            namespace: None,
            name: self.namespace.to_owned(),
        };
        Ok(self.cluster.get(&object).await?.is_some())
    }

    /// Creates the namespace if it is missing, as Helm does. One that is there
    /// is not touched: it is somebody else's.
    pub(crate) async fn create_namespace(&self, method: ApplyMethod) -> Result<(), ClusterError> {
        if self.has_namespace().await? {
            return Ok(());
        }
        let manifest = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": { "name": self.namespace, "labels": { "name": self.namespace } },
            "spec": {},
        });
        if method == ApplyMethod::ClientSide {
            return match self.cluster.create(&manifest, MANAGER).await {
                // By somebody else, or by a call whose answer was lost.
                Err(error) if matches!(*error.cause, Cause::AlreadyExists(_)) => Ok(()),
                made => made.map(drop),
            };
        }
        let manager = Manager {
            name: MANAGER,
            force: false,
            inherit: false,
        };
        self.cluster.apply(&manifest, manager).await.map(drop)
    }
}
