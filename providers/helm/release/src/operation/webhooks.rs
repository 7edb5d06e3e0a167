//! Waiting for the webhooks of a release: what follows it would be refused
//! while nobody answers them.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;
use trueup_kubernetes::client::{ClusterError, Kind, ObjectRef, Selectors};

use super::{Item, OperationError, Releases, Unready, apply::text};

impl Releases<'_> {
    /// Waits until the release's own services behind its webhooks have
    /// endpoints.
    pub(crate) async fn answered(
        &self,
        items: &[Item],
        limit: Duration,
    ) -> Result<(), OperationError> {
        let mut deadline = self.deadline(limit);
        for service in services(items) {
            while !self.has_endpoints(&service).await? {
                if !self.pause(&mut deadline).await {
                    return Err(OperationError::NotReady {
                        objects: vec![Unready {
                            object: service,
                            reason: "it stands behind a webhook and has no endpoints".to_owned(),
                            hints: Vec::new(),
                        }],
                        seconds: Some(deadline.seconds()),
                    });
                }
            }
        }
        Ok(())
    }

    async fn has_endpoints(&self, service: &ObjectRef) -> Result<bool, ClusterError> {
        let selectors = Selectors {
            labels: Some(format!("kubernetes.io/service-name={}", service.name)),
            ..Selectors::default()
        };
        let slices = Kind::new("discovery.k8s.io/v1", "EndpointSlice");
        let namespace = service.namespace.as_deref();
        let slices = self.cluster.list(&slices, namespace, &selectors).await?;
        Ok(slices.iter().any(has_ready))
    }
}

fn has_ready(slice: &Value) -> bool {
    let endpoints = slice.get("endpoints").and_then(Value::as_array);
    let mut endpoints = endpoints.into_iter().flatten();
    endpoints.any(|endpoint| endpoint.pointer("/conditions/ready") != Some(&Value::Bool(false)))
}

/// The services among the items that webhooks among them call.
fn services(items: &[Item]) -> BTreeSet<ObjectRef> {
    let hooks = items.iter().filter(|item| {
        matches!(
            item.object.kind.kind.as_str(),
            "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration"
        )
    });
    let hooks = hooks.flat_map(|item| item.manifest.get("webhooks").and_then(Value::as_array));
    let called = hooks.flatten().filter_map(|hook| {
        let service = hook.pointer("/clientConfig/service")?;
        Some((text(service, "/namespace"), text(service, "/name")?))
    });
    let called: BTreeSet<(Option<String>, String)> = called.collect();
    let services = items.iter().map(|item| &item.object);
    let services = services.filter(|object| {
        object.kind.kind == "Service"
            && called.contains(&(object.namespace.clone(), object.name.clone()))
    });
    services.cloned().collect()
}
