//! What is in the cluster of a release, and how two looks differ.

use std::error::Error;

use serde_json::{Value, json};
use trueup_helm_release::{
    Record, Time,
    operation::Releases,
    storage::{secret_name, to_json},
};
use trueup_kubernetes::client::{Cluster, Kind, ObjectRef, changes};

/// Objects by what they are called, without what differs from run to run.
/// Those that are not there are null.
pub(crate) type Look = Vec<(String, Value)>;

/// The objects of all revisions of a release, its Secrets and records.
pub(crate) async fn look(
    cluster: &Cluster,
    releases: &Releases<'_>,
    name: &str,
    namespace: &str,
) -> Result<Look, Box<dyn Error>> {
    let history = releases.history(name).await?;
    let mut refs: Vec<ObjectRef> = Vec::new();
    let mut records = Vec::new();
    for entry in history.entries() {
        let record = entry.record()?;
        let hooks = record
            .hooks
            .iter()
            .map(|hook| format!("\n---\n{}", hook.manifest));
        let manifest = record.manifest.clone() + &hooks.collect::<String>();
        for item in releases.items(name, &manifest, &[]).await? {
            if !refs.contains(&item.object) {
                refs.push(item.object);
            }
        }
        records.push(record);
    }
    refs.push(object("Namespace", namespace, None));
    for record in &records {
        let secret = secret_name(name, record.version);
        refs.push(object("Secret", &secret, Some(namespace)));
    }
    let found = cluster.get_all(&refs).await;
    let mut look = Look::new();
    for (place, found) in refs.iter().zip(found) {
        let mut seen = found?.unwrap_or(Value::Null);
        normalise(&mut seen);
        look.push((format!("{} {}", place.kind.kind, place.name), seen));
    }
    for record in &records {
        look.push((format!("record {}", record.version), normal_record(record)?));
    }
    for (name, seen) in &mut look {
        *name = name.replace(namespace, "NAMESPACE");
        rename(seen, namespace);
    }
    Ok(look)
}

/// The namespace is another one in each run.
fn rename(value: &mut Value, namespace: &str) {
    match value {
        Value::String(text) if text.contains(namespace) => {
            *text = text.replace(namespace, "NAMESPACE");
        }
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|inner| rename(inner, namespace)),
        Value::Array(items) => items.iter_mut().for_each(|inner| rename(inner, namespace)),
        _ => {}
    }
}

fn object(kind: &str, name: &str, namespace: Option<&str>) -> ObjectRef {
    ObjectRef {
        kind: Kind::new("v1", kind),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    }
}

/// A record without what differs from run to run.
fn normal_record(record: &Record) -> Result<Value, Box<dyn Error>> {
    let mut record = record.clone();
    let then = Time::new(0, 0);
    let mark = |time: &mut Time| {
        if !time.is_none() {
            *time = then.clone();
        }
    };
    mark(&mut record.info.first_deployed);
    mark(&mut record.info.last_deployed);
    mark(&mut record.info.deleted);
    for hook in &mut record.hooks {
        mark(&mut hook.last_run.started_at);
        mark(&mut hook.last_run.completed_at);
    }
    Ok(serde_json::from_str(&to_json(&record)?)?)
}

/// An object without what the server or chance decides.
fn normalise(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else {
        return;
    };
    fields.remove("status");
    let type_is = |kind: &str| fields.get("type").and_then(Value::as_str) == Some(kind);
    if type_is("helm.sh/release.v1") {
        fields.remove("data");
    }
    if let Some(spec) = fields.get_mut("spec").and_then(Value::as_object_mut) {
        for name in [
            "clusterIP",
            "clusterIPs",
            "healthCheckNodePort",
            "volumeName",
        ] {
            spec.remove(name);
        }
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten() {
            port["nodePort"] = Value::Null;
        }
    }
    let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    for name in ["uid", "resourceVersion", "creationTimestamp"] {
        metadata.remove(name);
    }
    let labels = metadata.get_mut("labels").and_then(Value::as_object_mut);
    for (name, value) in labels.into_iter().flatten() {
        if name == "modifiedAt" || name == "createdAt" {
            *value = json!("then");
        }
    }
    if let Some(Value::Array(entries)) = metadata.get_mut("managedFields") {
        entries.retain(|entry| entry.get("subresource").is_none());
        for entry in entries.iter_mut() {
            entry["time"] = Value::Null;
        }
        // What controllers note comes when it comes.
        entries.sort_by_key(Value::to_string);
    }
    remove_uids(object);
}

/// Selectors and labels that jobs get from the server have their UID.
fn remove_uids(object: &mut Value) {
    const NAMES: [&str; 2] = ["batch.kubernetes.io/controller-uid", "controller-uid"];
    match object {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match NAMES.contains(&name.as_str()) {
                    true => *value = json!("uid"),
                    false => remove_uids(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_uids),
        _ => {}
    }
}

/// What differs, a line each.
pub(crate) fn differences(theirs: &Look, own: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let found = |look: &Look, name: &str| look.iter().any(|(other, _)| other == name);
    for (name, _) in own.iter().filter(|(name, _)| !found(theirs, name)) {
        lines.push(format!("{name}: only here"));
    }
    for (name, theirs) in theirs {
        let Some((_, own)) = own.iter().find(|(other, _)| other == name) else {
            lines.push(format!("{name}: only with helm"));
            continue;
        };
        for change in changes(theirs, own) {
            let text = |value: &Option<Value>| match value {
                Some(value) => value.to_string().chars().take(300).collect(),
                None => "none".to_owned(),
            };
            let (before, after) = (text(&change.before), text(&change.after));
            lines.push(format!(
                "{name} {}: helm {before}, here {after}",
                change.path
            ));
        }
    }
    lines
}
