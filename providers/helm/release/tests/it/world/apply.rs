//! Server-side apply, as far as the tests go: lists belong to one manager.

use serde_json::{Map, Value, json};

/// Fields whose manager is another.
pub(crate) struct Conflict {
    pub(crate) field: String,
    pub(crate) manager: String,
}

/// The object after `manager` applied `manifest`.
pub(crate) fn applied(
    live: Option<&Value>,
    manifest: &Value,
    manager: &str,
    force: bool,
) -> Result<Value, Vec<Conflict>> {
    let mut wanted = manifest.clone();
    let metadata = wanted.get_mut("metadata").and_then(Value::as_object_mut);
    metadata.expect("metadata").remove("managedFields");
    let fields = fields_of(&wanted);
    let mut object = live.cloned().unwrap_or_else(|| json!({}));
    let mut entries = entries(&object);
    let mut conflicts = Vec::new();
    for entry in &mut entries {
        if entry["manager"] == manager && entry["operation"] == "Apply" {
            remove(&mut object, &entry["fieldsV1"], &fields);
            continue;
        }
        let name = entry["manager"].as_str().expect("a manager").to_owned();
        let mut path = String::new();
        clash(
            &mut entry["fieldsV1"],
            &wanted,
            &object,
            &mut path,
            &mut |field| {
                conflicts.push(Conflict {
                    field: field.to_owned(),
                    manager: name.clone(),
                });
            },
        );
    }
    if !force && !conflicts.is_empty() {
        return Err(conflicts);
    }
    merge(&mut object, &wanted);
    entries.retain(|entry| !(entry["manager"] == manager && entry["operation"] == "Apply"));
    entries.push(json!({
        "manager": manager,
        "operation": "Apply",
        "apiVersion": manifest["apiVersion"],
        "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }));
    object["metadata"]["managedFields"] = Value::Array(entries);
    Ok(object)
}

/// Notes that `manager` wrote what `patch` says.
pub(crate) fn written(object: &mut Value, patch: &Value, manager: &str) {
    let mut entries = entries(object);
    let fields = fields_of(patch);
    entries.push(json!({
        "manager": manager,
        "operation": "Update",
        "apiVersion": object["apiVersion"],
        "time": "2026-02-02T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }));
    object["metadata"]["managedFields"] = Value::Array(entries);
}

fn entries(object: &Value) -> Vec<Value> {
    let entries = object.pointer("/metadata/managedFields");
    entries
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

/// The fields of a manifest, those that nobody manages left out.
fn fields_of(manifest: &Value) -> Value {
    let mut fields = tree(manifest);
    let top = fields.as_object_mut().expect("an object");
    top.remove("f:apiVersion");
    top.remove("f:kind");
    if let Some(metadata) = top.get_mut("f:metadata").and_then(Value::as_object_mut) {
        for name in ["f:name", "f:namespace", "f:uid", "f:resourceVersion"] {
            metadata.remove(name);
        }
        if metadata.is_empty() {
            top.remove("f:metadata");
        }
    }
    fields
}

fn tree(value: &Value) -> Value {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let fields = map
                .iter()
                .map(|(name, inner)| (format!("f:{name}"), tree(inner)));
            Value::Object(fields.collect())
        }
        _ => json!({}),
    }
}

/// Removes what is in `old` and not in `new`.
fn remove(object: &mut Value, old: &Value, new: &Value) {
    let (Some(map), Some(old)) = (object.as_object_mut(), old.as_object()) else {
        return;
    };
    for (field, inner) in old {
        let name = field.trim_start_matches("f:");
        match (new.get(field), map.get_mut(name)) {
            (Some(new), Some(value)) => remove(value, inner, new),
            (None, Some(value)) if inner.as_object().is_some_and(|inner| !inner.is_empty()) => {
                remove(value, inner, &json!({}));
                if value.as_object().is_some_and(Map::is_empty) {
                    map.remove(name);
                }
            }
            (None, _) => {
                map.remove(name);
            }
            _ => {}
        }
    }
}

/// Tells of fields that another manager has and that get another value; takes
/// them from it.
fn clash(
    theirs: &mut Value,
    wanted: &Value,
    live: &Value,
    path: &mut String,
    tell: &mut dyn FnMut(&str),
) {
    let Some(fields) = theirs.as_object_mut() else {
        return;
    };
    let names: Vec<String> = fields.keys().cloned().collect();
    for field in names {
        let name = field.trim_start_matches("f:");
        let (Some(wanted), Some(live)) = (wanted.get(name), live.get(name)) else {
            continue;
        };
        let length = path.len();
        path.push_str(&format!(".{name}"));
        let inner = fields.get_mut(&field).expect("a field");
        if inner.as_object().is_some_and(|inner| !inner.is_empty()) {
            clash(inner, wanted, live, path, tell);
        } else if wanted != live {
            tell(path);
            fields.remove(&field);
        }
        path.truncate(length);
    }
}

pub(crate) fn merge(object: &mut Value, patch: &Value) {
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => {
            for (name, value) in patch {
                match value {
                    Value::Null => {
                        object.remove(name);
                    }
                    value => merge(object.entry(name).or_insert(Value::Null), value),
                }
            }
        }
        (object, patch) => *object = patch.clone(),
    }
}
