//! In which order objects come and go, and which stay.

use trueup_helm::{ChartError, Manifest, sort};
use trueup_helm_template::yaml::from_yaml;

/// The order in which Helm deletes kinds; others go last, by name.
const UNINSTALL_ORDER: [&str; 38] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

/// What an uninstallation does with the objects of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// To delete, in this order.
    pub delete: Vec<Manifest>,
    /// To leave, as `helm.sh/resource-policy: keep` asks.
    pub keep: Vec<Manifest>,
}

/// The objects of a stored manifest in the order in which they are deleted.
/// An object with another resource policy than `keep` is in neither list, as
/// in Helm.
///
/// # Errors
/// A document that is no object.
pub fn removal(manifest: &str) -> Result<Removal, ChartError> {
    let (_, mut objects) = sort([("manifest", manifest)])?;
    objects.sort_by(|left, right| rank(&left.kind).cmp(&rank(&right.kind)));
    let mut removal = Removal::default();
    for object in objects {
        match resource_policy(&object) {
            None => removal.delete.push(object),
            Some(policy) if policy == "keep" => removal.keep.push(object),
            Some(_) => {}
        }
    }
    Ok(removal)
}

fn rank(kind: &str) -> (usize, &str) {
    match UNINSTALL_ORDER.iter().position(|known| *known == kind) {
        Some(index) => (index, ""),
        None => (UNINSTALL_ORDER.len(), kind),
    }
}

fn resource_policy(object: &Manifest) -> Option<String> {
    let object = from_yaml(object.content.as_bytes()).ok()?;
    let annotations = object.pointer("/metadata/annotations")?;
    let policy = annotations.get("helm.sh/resource-policy")?.as_str()?;
    Some(policy.trim().to_lowercase())
}
