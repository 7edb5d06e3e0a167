//! What must be changed of an object so that it is what is wanted: fields that
//! are wanted otherwise than they are, and fields that were wanted and are not
//! any more. What others added stays.
//!
//! The patches are those of `kubectl apply` and of Helm before server-side
//! apply.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use trueup_kubernetes::client::{Kind, ObjectPatch};

use super::keys::{Merging, drops_others, is_native, merging};

/// The patch from `live` to `wanted`; `None` if nothing is to be changed.
pub(crate) fn patch(
    kind: &Kind,
    original: &Value,
    wanted: &Value,
    live: &Value,
) -> Option<ObjectPatch> {
    let native = is_native(kind);
    let changed = Walk { native }.object("", original, wanted, live);
    let changed = Value::Object(changed)
        .as_object()
        .filter(|map| !map.is_empty())
        .cloned()?;
    Some(match native {
        true => ObjectPatch::Strategic(Value::Object(changed)),
        false => ObjectPatch::Merge(Value::Object(changed)),
    })
}

struct Walk {
    /// Whether lists are merged.
    native: bool,
}

impl Walk {
    /// The fields of an object, which stands in a field called `within`.
    fn object(
        &self,
        within: &str,
        original: &Value,
        wanted: &Value,
        live: &Value,
    ) -> Map<String, Value> {
        let none = Map::new();
        let wanted = wanted.as_object().unwrap_or(&none);
        let original = original.as_object().unwrap_or(&none);
        let mut patch = Map::new();
        for (field, value) in wanted {
            let before = original.get(field).unwrap_or(&Value::Null);
            let found = live.get(field).unwrap_or(&Value::Null);
            self.field((within, field), before, value, found, &mut patch);
        }
        for field in original.keys().filter(|field| !wanted.contains_key(*field)) {
            if live.get(field).is_some() {
                patch.insert(field.clone(), Value::Null);
            }
        }
        patch
    }

    fn field(
        &self,
        place: (&str, &str),
        original: &Value,
        wanted: &Value,
        live: &Value,
        patch: &mut Map<String, Value>,
    ) {
        let (within, field) = place;
        match (wanted, live) {
            (Value::Object(map), Value::Object(_)) => {
                let mut inner = self.object(field, original, wanted, live);
                if inner.is_empty() {
                    return;
                }
                if self.native && drops_others(within, field) {
                    inner.insert("$retainKeys".to_owned(), names(map));
                }
                patch.insert(field.to_owned(), Value::Object(inner));
            }
            (Value::Array(items), Value::Array(found)) => {
                self.list(place, original, items, found, patch);
            }
            _ if wanted != live => {
                patch.insert(field.to_owned(), wanted.clone());
            }
            _ => {}
        }
    }

    fn list(
        &self,
        place: (&str, &str),
        original: &Value,
        wanted: &[Value],
        live: &[Value],
        patch: &mut Map<String, Value>,
    ) {
        let (within, field) = place;
        let none = Vec::new();
        let original = original.as_array().unwrap_or(&none);
        let merging = match self.native {
            true => merging(within, field),
            false => Merging::Whole,
        };
        match merging {
            Merging::By(key)
                if [original, wanted, live]
                    .iter()
                    .all(|list| is_keyed(list, key)) =>
            {
                let changed = self.elements(place, key, original, wanted, live);
                if !changed.is_empty() || !in_order(key, wanted, live) {
                    let order = wanted
                        .iter()
                        .filter_map(|one| Some(json!({ key: one.get(key)? })));
                    patch.insert(format!("$setElementOrder/{field}"), order.collect());
                    patch.insert(field.to_owned(), Value::Array(changed));
                }
            }
            // The server would merge it.
            Merging::By(_) if wanted != live => {
                let mut list = vec![json!({ "$patch": "replace" })];
                list.extend(wanted.iter().cloned());
                patch.insert(field.to_owned(), Value::Array(list));
            }
            Merging::Values => values(field, original, wanted, live, patch),
            Merging::Whole if wanted != live => {
                patch.insert(field.to_owned(), Value::Array(wanted.to_vec()));
            }
            _ => {}
        }
    }

    /// The elements that differ, are new, or are not wanted any more.
    fn elements(
        &self,
        place: (&str, &str),
        key: &str,
        original: &[Value],
        wanted: &[Value],
        live: &[Value],
    ) -> Vec<Value> {
        let (within, field) = place;
        let mut changed = Vec::new();
        for element in wanted {
            let Some(found) = find(live, key, element) else {
                changed.push(element.clone());
                continue;
            };
            let before = find(original, key, element).unwrap_or(&Value::Null);
            let mut inner = self.object(field, before, element, found);
            if inner.is_empty() {
                continue;
            }
            if let (true, Some(map)) = (drops_others(within, field), element.as_object()) {
                inner.insert("$retainKeys".to_owned(), names(map));
            }
            if let Some(value) = element.get(key) {
                inner.insert(key.to_owned(), value.clone());
            }
            changed.push(Value::Object(inner));
        }
        for gone in original {
            if find(wanted, key, gone).is_none() && find(live, key, gone).is_some() {
                changed.push(json!({ "$patch": "delete", key: gone.get(key) }));
            }
        }
        changed
    }
}

fn names(map: &Map<String, Value>) -> Value {
    let names: BTreeSet<&String> = map.keys().collect();
    json!(names)
}

fn find<'a>(list: &'a [Value], key: &str, element: &Value) -> Option<&'a Value> {
    let wanted = element.get(key);
    list.iter().find(|one| one.get(key) == wanted)
}

/// Whether all elements have the key, each another value of it.
fn is_keyed(list: &[Value], key: &str) -> bool {
    let keys = list.iter().map(|one| one.get(key).map(Value::to_string));
    let keys: Option<BTreeSet<String>> = keys.collect();
    keys.is_some_and(|keys| keys.len() == list.len())
}

/// Whether what is wanted stands in the same order in what there is.
fn in_order(key: &str, wanted: &[Value], live: &[Value]) -> bool {
    let places = wanted.iter().map(|one| {
        let found = |other: &Value| other.get(key) == one.get(key);
        live.iter().position(found)
    });
    places.is_sorted()
}

fn values(
    field: &str,
    original: &[Value],
    wanted: &[Value],
    live: &[Value],
    patch: &mut Map<String, Value>,
) {
    let new = wanted.iter().filter(|value| !live.contains(value));
    let new: Vec<Value> = new.cloned().collect();
    let gone = original
        .iter()
        .filter(|value| !wanted.contains(value) && live.contains(value));
    let gone: Vec<Value> = gone.cloned().collect();
    if !new.is_empty() {
        patch.insert(field.to_owned(), Value::Array(new));
    }
    if !gone.is_empty() {
        patch.insert(
            format!("$deleteFromPrimitiveList/{field}"),
            Value::Array(gone),
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use trueup_kubernetes::client::{Kind, ObjectPatch};

    use super::patch;

    fn pod(original: Value, wanted: Value, live: Value) -> Option<ObjectPatch> {
        let within = |spec: Value| json!({ "spec": spec });
        let kind = Kind::new("v1", "Pod");
        patch(&kind, &within(original), &within(wanted), &within(live))
    }

    fn strategic(spec: Value) -> Option<ObjectPatch> {
        Some(ObjectPatch::Strategic(json!({ "spec": spec })))
    }

    #[test]
    fn what_others_added_stays() {
        let wanted = json!({ "replicas": 1 });
        let live = json!({ "replicas": 1, "paused": false });
        assert_eq!(pod(wanted.clone(), wanted, live), None);
    }

    #[test]
    fn what_was_wanted_goes_and_what_was_changed_comes_back() {
        let original = json!({ "a": 1, "b": 2, "gone": 3 });
        let wanted = json!({ "a": 1 });
        let live = json!({ "a": 9, "b": 2 });
        assert_eq!(
            pod(original, wanted, live),
            strategic(json!({ "a": 1, "b": null }))
        );
    }

    #[test]
    fn elements_are_found_by_their_key() {
        let original = json!({ "containers": [
            { "name": "a", "image": "a:1", "env": [{ "name": "X", "value": "1" }, { "name": "Y", "value": "1" }] },
            { "name": "old", "image": "o" },
        ] });
        let wanted = json!({ "containers": [
            { "name": "a", "image": "a:2", "env": [{ "name": "X", "value": "1" }] },
            { "name": "new", "image": "n" },
        ] });
        let live = json!({ "containers": [
            { "name": "a", "image": "a:1", "imagePullPolicy": "Always", "env": [{ "name": "X", "value": "1" }, { "name": "Y", "value": "1" }] },
            { "name": "sidecar", "image": "s" },
            { "name": "old", "image": "o" },
        ] });
        let expected = json!({
            "$setElementOrder/containers": [{ "name": "a" }, { "name": "new" }],
            "containers": [
                {
                    "name": "a", "image": "a:2",
                    "$setElementOrder/env": [{ "name": "X" }],
                    "env": [{ "$patch": "delete", "name": "Y" }],
                },
                { "name": "new", "image": "n" },
                { "$patch": "delete", "name": "old" },
            ],
        });
        assert_eq!(pod(original, wanted, live), strategic(expected));
    }

    #[test]
    fn volumes_and_strategies_lose_what_they_were_before() {
        let original = json!({ "strategy": { "type": "RollingUpdate" }, "volumes": [{ "name": "v", "emptyDir": {} }] });
        let wanted = json!({ "strategy": { "type": "Recreate" }, "volumes": [{ "name": "v", "secret": { "secretName": "s" } }] });
        let live = json!({ "strategy": { "type": "RollingUpdate", "rollingUpdate": {} }, "volumes": [{ "name": "v", "emptyDir": {} }] });
        let expected = json!({
            "strategy": { "type": "Recreate", "$retainKeys": ["type"] },
            "$setElementOrder/volumes": [{ "name": "v" }],
            "volumes": [{ "name": "v", "secret": { "secretName": "s" }, "emptyDir": null, "$retainKeys": ["name", "secret"] }],
        });
        assert_eq!(pod(original, wanted, live), strategic(expected));
    }

    #[test]
    fn keys_that_occur_twice_leave_no_choice() {
        let ports = |more: Value| json!({ "ports": [{ "port": 53, "protocol": "UDP" }, more] });
        let wanted = ports(json!({ "port": 53, "protocol": "TCP" }));
        let live = ports(json!({ "port": 53, "protocol": "SCTP" }));
        let mut list = vec![json!({ "$patch": "replace" })];
        list.extend(wanted["ports"].as_array().expect("ports").clone());
        assert_eq!(
            pod(wanted.clone(), wanted, live),
            strategic(json!({ "ports": list }))
        );
    }

    #[test]
    fn lists_of_other_kinds_are_replaced() {
        let of = |containers: Value| json!({ "spec": { "containers": containers, "gone": null } });
        let wanted = json!({ "spec": { "containers": [{ "name": "a" }] } });
        let kind = Kind::new("example.com/v1", "Widget");
        let live = of(json!([{ "name": "a" }, { "name": "b" }]));
        let changed = patch(&kind, &wanted, &wanted, &live);
        assert_eq!(changed, Some(ObjectPatch::Merge(wanted)));
    }

    #[test]
    fn plain_values_are_added_and_removed() {
        let of = |finalizers: Value| json!({ "metadata": { "finalizers": finalizers } });
        let kind = Kind::new("v1", "ConfigMap");
        let changed = patch(
            &kind,
            &of(json!(["a", "b"])),
            &of(json!(["a", "c"])),
            &of(json!(["a", "b", "x"])),
        );
        let expected = json!({ "metadata": { "finalizers": ["c"], "$deleteFromPrimitiveList/finalizers": ["b"] } });
        assert_eq!(changed, Some(ObjectPatch::Strategic(expected)));
    }
}
