//! Fields that were written client-side, made applied ones.
//!
//! As Kubernetes' `csaupgrade` does it: the applied entry of Helm's takes in
//! the fields of an entry written otherwise, or the latest of those becomes
//! one.

use serde_json::{Value, json};
use trueup_kubernetes::client::fields::ManagedFields;

use super::MANAGER;

/// Whether a manager is Helm, or Terraform's provider, which lets the name of
/// its program be the manager's.
pub(crate) fn is_helm(manager: &str) -> bool {
    manager == MANAGER || manager.starts_with("terraform-provider-helm")
}

/// The patch that makes Helm's fields applied ones; `None` if there is nothing
/// to do.
pub(crate) fn patch(live: &Value) -> Option<Value> {
    let entries = live.pointer("/metadata/managedFields")?.as_array()?;
    let managed = ManagedFields::of(live);
    let is_written = |entry: &ManagedFields| {
        is_helm(&entry.manager) && entry.operation == "Update" && entry.subresource.is_none()
    };
    let first = managed.iter().position(is_written)?;
    let applied = managed
        .iter()
        .position(|entry| entry.is_applied_by(MANAGER));
    let target = applied.unwrap_or(first);
    let into = managed.get(target)?;
    let mut fields = into.fields.clone();
    let same_version = managed
        .iter()
        .find(|entry| is_written(entry) && entry.api_version == into.api_version);
    if let Some(written) = same_version {
        fields = fields.union(&written.fields);
    }
    let mut kept = Vec::with_capacity(entries.len());
    for (place, (entry, managed)) in entries.iter().zip(&managed).enumerate() {
        if place == target {
            let mut entry = entry.clone();
            entry["manager"] = json!(MANAGER);
            entry["operation"] = json!("Apply");
            entry["fieldsV1"] = fields.to_json();
            kept.push(entry);
        } else if !is_written(managed) {
            kept.push(entry.clone());
        }
    }
    let version = live.pointer("/metadata/resourceVersion").cloned();
    Some(json!({ "metadata": { "managedFields": kept, "resourceVersion": version } }))
}
