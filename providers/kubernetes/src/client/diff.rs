//! What is and what applying would make of it.

use serde_json::{Map, Value as Json};

use super::fields::{FieldSet, ManagedFields, Step};

/// A difference between two objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where: `.spec.replicas`, `.spec.ports[0].port`.
    pub path: String,
    /// What was there.
    pub before: Option<Json>,
    /// What will be.
    pub after: Option<Json>,
}

/// Fields of metadata only the server writes, and those that say which object
/// it is; nobody manages them.
const UNMANAGED: [&str; 9] = [
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "selfLink",
    "generation",
    "managedFields",
    "resourceVersion",
    "deletionTimestamp",
];

/// Whether applying the manifest would certainly change nothing: the manager's
/// fields are exactly those of the manifest, with the same values. `false`
/// means that only the server can tell.
pub fn in_sync(manifest: &Json, live: &Json, manager: &str) -> bool {
    let (Some(owned), Some(wanted)) = (
        ManagedFields::applied_by(live, manager),
        manifest.as_object(),
    ) else {
        return false;
    };
    let mut wanted = wanted.clone();
    wanted.remove("apiVersion");
    wanted.remove("kind");
    let metadata = wanted.get_mut("metadata").and_then(Json::as_object_mut);
    let bare = metadata.is_none_or(|metadata| {
        UNMANAGED.iter().for_each(|name| {
            metadata.remove(*name);
        });
        metadata.is_empty()
    });
    if bare {
        wanted.remove("metadata");
    }
    object_in_sync(&wanted, live, &owned)
}

fn object_in_sync(wanted: &Map<String, Json>, live: &Json, owned: &FieldSet) -> bool {
    wanted.len() == owned.children().count()
        && wanted
            .iter()
            .all(|(name, wanted)| match (owned.field(name), live.get(name)) {
                (Some(owned), Some(live)) => same(wanted, live, owned),
                _ => false,
            })
}

fn same(wanted: &Json, live: &Json, owned: &FieldSet) -> bool {
    if owned.is_leaf() {
        return wanted == live;
    }
    match (wanted, live) {
        (Json::Object(wanted), Json::Object(_)) => object_in_sync(wanted, live, owned),
        (Json::Array(wanted), Json::Array(live)) => list_in_sync(wanted, live, owned),
        _ => false,
    }
}

/// Elements are found by what is noted of them; their order counts.
fn list_in_sync(wanted: &[Json], live: &[Json], owned: &FieldSet) -> bool {
    if wanted.len() != owned.children().count() {
        return false;
    }
    let mut from = 0;
    wanted.iter().enumerate().all(|(index, wanted)| {
        let Some((step, owned)) = owned.element(index, wanted) else {
            return false;
        };
        let mut rest = live.iter().enumerate().skip(from);
        let found = rest.find(|(index, live)| step.matches(*index, live));
        let Some((at, live)) = found else {
            return false;
        };
        from = at + 1;
        same(wanted, live, owned)
    })
}

/// The live object with those changes of `applied`, the answer of a dry run,
/// that are in fields `manager` has or had. What webhooks and defaults do to
/// other fields is left out.
pub fn overlay(live: &Json, applied: &Json, manager: &str) -> Json {
    let had = ManagedFields::applied_by(live, manager).unwrap_or_default();
    let has = ManagedFields::applied_by(applied, manager).unwrap_or_default();
    merged(Some(live), Some(applied), &had.union(&has)).unwrap_or(Json::Null)
}

fn merged(live: Option<&Json>, applied: Option<&Json>, owned: &FieldSet) -> Option<Json> {
    if owned.is_leaf() {
        return applied.cloned();
    }
    match (live, applied) {
        (Some(Json::Object(live)), Some(Json::Object(applied))) => {
            Some(Json::Object(merged_fields(live, applied, owned)))
        }
        (Some(Json::Array(live)), Some(Json::Array(applied))) => {
            Some(Json::Array(merged_elements(live, applied, owned)))
        }
        // Something new comes with all that belongs to it.
        (_, applied) => applied.cloned(),
    }
}

fn merged_fields(
    live: &Map<String, Json>,
    applied: &Map<String, Json>,
    owned: &FieldSet,
) -> Map<String, Json> {
    let added = applied.keys().filter(|name| !live.contains_key(*name));
    let names = live.keys().chain(added);
    let fields = names.filter_map(|name| {
        let (before, after) = (live.get(name), applied.get(name));
        let field = match owned.field(name) {
            Some(owned) => merged(before, after, owned),
            None => before.cloned(),
        };
        Some((name.clone(), field?))
    });
    fields.collect()
}

fn merged_elements(live: &[Json], applied: &[Json], owned: &FieldSet) -> Vec<Json> {
    let elements = applied.iter().enumerate();
    let elements = elements.filter_map(|(index, after)| match owned.element(index, after) {
        Some((step, owned)) => merged(find(live, step), Some(after), owned),
        None => live.contains(after).then(|| after.clone()),
    });
    elements.collect()
}

fn find<'a>(list: &'a [Json], step: &Step) -> Option<&'a Json> {
    let mut elements = list.iter().enumerate();
    let found = elements.find(|(index, element)| step.matches(*index, element));
    found.map(|(_, element)| element)
}

/// Those fields of an object that are noted in `owned`, under the names that
/// say which object it is.
pub fn owned_part(live: &Json, owned: &FieldSet) -> Json {
    let mut part = match projected(live, owned) {
        Some(Json::Object(part)) => part,
        _ => Map::new(),
    };
    let mut metadata = match part.remove("metadata") {
        Some(Json::Object(metadata)) => metadata,
        _ => Map::new(),
    };
    for name in ["name", "namespace"] {
        if let Some(value) = live.get("metadata").and_then(|m| m.get(name)) {
            metadata.insert(name.to_owned(), value.clone());
        }
    }
    for name in ["apiVersion", "kind"] {
        if let Some(value) = live.get(name) {
            part.insert(name.to_owned(), value.clone());
        }
    }
    part.insert("metadata".to_owned(), Json::Object(metadata));
    Json::Object(part)
}

fn projected(live: &Json, owned: &FieldSet) -> Option<Json> {
    if owned.is_leaf() {
        return Some(live.clone());
    }
    match live {
        Json::Object(fields) => {
            let kept = fields.iter().filter_map(|(name, value)| {
                Some((name.clone(), projected(value, owned.field(name)?)?))
            });
            Some(Json::Object(kept.collect()))
        }
        Json::Array(elements) => {
            let kept = elements.iter().enumerate().filter_map(|(index, element)| {
                let (_, owned) = owned.element(index, element)?;
                projected(element, owned)
            });
            Some(Json::Array(kept.collect()))
        }
        _ => None,
    }
}

/// What differs between two objects, field by field.
pub fn changes(before: &Json, after: &Json) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&mut String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn compare(
    path: &mut String,
    before: Option<&Json>,
    after: Option<&Json>,
    changes: &mut Vec<Change>,
) {
    if before == after {
        return;
    }
    let mut within = |step: String, before: Option<&Json>, after: Option<&Json>| {
        let length = path.len();
        path.push_str(&step);
        compare(path, before, after, changes);
        path.truncate(length);
    };
    match (before, after) {
        (Some(Json::Object(before)), Some(Json::Object(after))) => {
            let added = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(added) {
                within(format!(".{name}"), before.get(name), after.get(name));
            }
        }
        (Some(Json::Array(before)), Some(Json::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                within(format!("[{index}]"), before.get(index), after.get(index));
            }
        }
        _ => changes.push(Change {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

/// Whether two objects differ in something that is noted in `owned`.
pub(crate) fn differ_within(before: Option<&Json>, after: Option<&Json>, owned: &FieldSet) -> bool {
    if before == after {
        return false;
    }
    if owned.is_leaf() {
        return true;
    }
    let at = |json: Option<&'_ Json>, step: &Step| -> Option<Json> {
        match (json?, step) {
            (Json::Object(fields), Step::Field(name)) => fields.get(name).cloned(),
            (Json::Array(elements), step) => find(elements, step).cloned(),
            _ => None,
        }
    };
    let mut children = owned.children();
    children.any(|(step, owned)| {
        let (before, after) = (at(before, step), at(after, step));
        differ_within(before.as_ref(), after.as_ref(), owned)
    })
}
