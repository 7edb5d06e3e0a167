//! Revisions to try operations with.

use serde_json::{Value, json};
use trueup_helm_release::{
    ApplyMethod, Record, StoredHook,
    operation::{Options, Revision},
};

/// A revision of `app` with these objects.
pub(crate) fn revision(version: u64, objects: &[Value]) -> Revision {
    let documents = objects.iter().map(|object| {
        let kind = object["kind"].as_str().expect("a kind").to_lowercase();
        format!("---\n# Source: app/templates/{kind}.yaml\n{object}\n")
    });
    Revision {
        record: Record {
            name: "app".into(),
            namespace: "ns".into(),
            version,
            manifest: documents.collect(),
            apply_method: Some(ApplyMethod::ServerSide),
            ..Record::default()
        },
        ..Revision::default()
    }
}

/// The same with hooks.
pub(crate) fn hooked(version: u64, objects: &[Value], hooks: &[StoredHook]) -> Revision {
    let mut revision = revision(version, objects);
    revision.record.hooks = hooks.to_vec();
    revision
}

pub(crate) fn config_map(name: &str, mode: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": { "mode": mode } })
}

pub(crate) fn deployment(name: &str, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": name },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": { "app": name } },
            "template": { "spec": { "containers": [{ "name": "main", "image": image }] } },
        },
    })
}

/// A job that runs at these events.
pub(crate) fn job(name: &str, events: &[&str], delete: &[&str]) -> StoredHook {
    let manifest = json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": name } });
    StoredHook {
        name: name.into(),
        kind: "Job".into(),
        path: format!("app/templates/{name}.yaml"),
        manifest: manifest.to_string(),
        events: events.iter().map(|&event| event.into()).collect(),
        delete_policies: delete.iter().map(|&policy| policy.into()).collect(),
        ..StoredHook::default()
    }
}

pub(crate) fn waiting() -> Options {
    Options {
        wait: true,
        ..Options::default()
    }
}
