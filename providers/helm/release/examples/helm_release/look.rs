//! What is in the cluster of a release, and how two looks differ.

use serde_json::{Value, json};
use trueup_helm_release::{
    Record, Time,
    operation::Releases,
    storage::{secret_name, to_json},
};
use trueup_kubernetes::client::{Cluster, Kind, ObjectRef, changes};

use crate::{NAME, NAMESPACE, Trouble};

/// A release's objects, its Secret and the record in it.
pub(crate) struct Look {
    objects: Vec<(String, Value)>,
}

impl Look {
    pub(crate) async fn at(
        cluster: &Cluster,
        releases: &Releases<'_>,
        record: &Record,
    ) -> Result<Look, Trouble> {
        let mut manifest = record.manifest.clone();
        for hook in &record.hooks {
            manifest.push_str("\n---\n");
            manifest.push_str(&hook.manifest);
        }
        let items = releases.items(NAME, &manifest, &[]).await?;
        let mut refs: Vec<ObjectRef> = items.into_iter().map(|item| item.object).collect();
        refs.push(object(
            "v1",
            "Secret",
            &secret_name(NAME, record.version),
            Some(NAMESPACE),
        ));
        refs.push(object("v1", "Namespace", NAMESPACE, None));
        let found = cluster.get_all(&refs).await;
        let mut objects = Vec::new();
        for (place, found) in refs.iter().zip(found) {
            let mut seen = found?.unwrap_or(Value::Null);
            normalise(&mut seen);
            objects.push((place.to_string(), seen));
        }
        objects.push(("the record".to_owned(), normal_record(record)?));
        Ok(Look { objects })
    }
}

fn object(version: &str, kind: &str, name: &str, namespace: Option<&str>) -> ObjectRef {
    ObjectRef {
        kind: Kind::new(version, kind),
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    }
}

/// A record without what differs from run to run.
fn normal_record(record: &Record) -> Result<Value, Trouble> {
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
    let pairs = theirs.objects.iter().zip(&own.objects);
    for ((name, theirs), (_, own)) in pairs {
        let changed = changes(theirs, own);
        lines.extend(changed.iter().map(|change| {
            let text =
                |value: &Option<Value>| value.as_ref().map_or("none".into(), Value::to_string);
            let (before, after) = (text(&change.before), text(&change.after));
            let short = |text: String| text.chars().take(300).collect::<String>();
            format!(
                "{name} {}: helm {}, here {}",
                change.path,
                short(before),
                short(after)
            )
        }));
    }
    lines
}
