//! A release shown as its objects.

use std::collections::HashMap;

use serde_json::Value as Json;
use trueup_helm::{HookEvent, Step, ValuePath};
use trueup_helm_release::{
    Record, StoredHook,
    operation::{
        Added, Drift, DriftedObject, ObjectAction, Planned, PlannedDefinition, Preview, Touch,
    },
};
use trueup_helm_template::yaml::from_yaml;
use trueup_kubernetes::client::{ObjectRef, changes, mask::is_secret};
use trueup_sdk::PartChange;
use trueup_value::{Marks, Number, Type, Value};

use crate::render::{Leaves, Output};

/// Fields only the server writes.
const NOTED: [&str; 6] = [
    "managedFields",
    "resourceVersion",
    "generation",
    "uid",
    "creationTimestamp",
    "selfLink",
];

/// What must not be shown of an object, and what cannot be yet.
pub(super) struct Cover<'a> {
    /// Its data is secret.
    pub(super) is_secret: bool,
    pub(super) leaves: Option<&'a Leaves>,
    /// Texts that are secret wherever they stand.
    pub(super) texts: &'a [String],
}

impl Cover<'_> {
    /// The object as a value, or null for none.
    pub(super) fn value(&self, object: Option<&Json>) -> Value {
        let Some(object) = object else {
            return Value::null(Type::Dynamic);
        };
        self.at(object, &mut Vec::new())
    }

    fn at(&self, json: &Json, path: &mut Vec<Step>) -> Value {
        if self.is_unknown(path) {
            return Value::unknown(Type::Dynamic);
        }
        let value = match json {
            Json::Object(fields) => {
                let fields = fields.iter().map(|(name, inner)| {
                    path.push(Step::Key(name.as_str().into()));
                    let value = self.at(inner, path);
                    path.pop();
                    (name.as_str(), value)
                });
                Value::object(fields.collect::<Vec<_>>())
            }
            Json::Array(items) => {
                let items = items.iter().enumerate().map(|(index, inner)| {
                    path.push(Step::Index(index));
                    let value = self.at(inner, path);
                    path.pop();
                    value
                });
                Value::tuple(items.collect())
            }
            Json::Null => Value::null(Type::Dynamic),
            Json::Bool(flag) => Value::bool(*flag),
            Json::String(text) => Value::string(text.as_str()),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Value::number(whole),
                None => Value::number(
                    Number::from_f64(number.as_f64().unwrap_or(0.0))
                        .unwrap_or_else(|| Number::from(0_i64)),
                ),
            },
        };
        match self.hides(json, path) {
            true => value.unmark_deep().0.with_marks(Marks::SENSITIVE),
            false => value,
        }
    }

    fn is_unknown(&self, path: &[Step]) -> bool {
        let unknown = self.leaves.iter().flat_map(|leaves| &leaves.unknown);
        unknown.into_iter().any(|leaf| leaf.0 == path)
    }

    fn hides(&self, json: &Json, path: &[Step]) -> bool {
        let in_data = match path {
            [Step::Key(field), _] => matches!(&*field.to_str(), "data" | "stringData"),
            _ => false,
        };
        if self.is_secret && in_data {
            return true;
        }
        let secret = self.leaves.iter().flat_map(|leaves| &leaves.secret);
        if secret.into_iter().any(|leaf| is_like(leaf, path)) {
            return true;
        }
        let text = json.as_str().unwrap_or_default();
        self.texts
            .iter()
            .any(|secret| text.contains(secret.as_str()))
    }
}

/// Whether a leaf stands at `path`, in whatever element of lists: the server
/// may have them in another order.
fn is_like(leaf: &ValuePath, path: &[Step]) -> bool {
    leaf.0.len() == path.len()
        && leaf
            .0
            .iter()
            .zip(path)
            .all(|(one, other)| match (one, other) {
                (Step::Index(_), Step::Index(_)) => true,
                (one, other) => one == other,
            })
}

/// The object without what the server notes of its own and what its label says.
pub(super) fn plain(object: &Json) -> Json {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
        fields.remove("kind");
    }
    let metadata = object.get_mut("metadata").and_then(Json::as_object_mut);
    if let Some(metadata) = metadata {
        metadata.retain(|name, _| !NOTED.contains(&name.as_str()));
    }
    object
}

/// `Deployment logs/loki`, `ClusterRole loki`.
pub(super) fn label(object: &ObjectRef) -> String {
    let kind = &object.kind.kind;
    match &object.namespace {
        Some(namespace) => format!("{kind} {namespace}/{}", object.name),
        None => format!("{kind} {}", object.name),
    }
}

/// Who did something, and when.
fn by(touch: &Touch) -> String {
    let mut text = format!("by {}", touch.manager);
    if let Some(subresource) = &touch.subresource {
        text.push_str(&format!(" through {subresource}"));
    }
    if let Some(time) = &touch.time {
        text.push_str(&format!(" at {time}"));
    }
    text
}

fn added_by(added: &Added) -> String {
    let by = added.by.as_ref().map(|touch| format!(" {}", by(touch)));
    format!(
        "was added behind the release's back{}",
        by.unwrap_or_default()
    )
}

/// All that a change of a release is shown by.
pub(super) struct Shown<'a> {
    pub(super) output: &'a Output,
    pub(super) preview: &'a Preview,
    pub(super) drift: &'a [DriftedObject],
    /// The revision there is.
    pub(super) deployed: Option<&'a Record>,
    pub(super) secrets: &'a [String],
    /// The namespace is created with it.
    pub(super) namespace: Option<&'a str>,
    pub(super) skips_definitions: bool,
    pub(super) runs_hooks: bool,
}

impl Shown<'_> {
    /// The parts: the namespace, definitions, objects, hooks.
    pub(super) fn parts(&self) -> Vec<PartChange> {
        let mut parts = Vec::new();
        if let Some(name) = self.namespace {
            let none = Value::null(Type::Dynamic);
            parts.push(PartChange::new(
                "object",
                format!("Namespace {name}"),
                (none, Value::empty_object()),
            ));
        }
        if !self.skips_definitions {
            let definitions = self.preview.definitions.iter();
            parts.extend(definitions.filter_map(|planned| self.definition(planned)));
        }
        let objects: Vec<Leaves> = self.output.objects.iter().flat_map(Leaves::flat).collect();
        for (place, planned) in self.preview.objects.iter().enumerate() {
            let leaves = objects
                .get(place)
                .filter(|leaves| is_of(leaves, &planned.object));
            parts.extend(self.object(planned, leaves));
        }
        if self.runs_hooks {
            parts.extend(self.hooks());
        }
        parts
    }

    fn definition(&self, planned: &PlannedDefinition) -> Option<PartChange> {
        let name = planned.object.name.clone();
        let none = || Value::null(Type::Dynamic);
        match &planned.live {
            None => {
                let after = Value::object([("file", Value::string(planned.file.as_str()))]);
                Some(PartChange::new("definition", name, (none(), after)))
            }
            Some(_) if planned.changes.is_empty() => None,
            Some(_) => {
                let file = || Value::object([("file", Value::string(planned.file.as_str()))]);
                let mut part = PartChange::new("definition", name, (file(), file()));
                part.notes.push(format!(
                    "differs from {} in {} fields and stays as it is: definitions of a chart are created, never changed",
                    planned.file,
                    planned.changes.len()
                ));
                Some(part)
            }
        }
    }

    fn object(&self, planned: &Planned, leaves: Option<&Leaves>) -> Option<PartChange> {
        let cover = Cover {
            is_secret: planned.object.kind.kind == "Secret",
            leaves,
            texts: self.secrets,
        };
        let manifest = leaves.map(|leaves| &leaves.object);
        let after = match (&planned.action, &planned.live) {
            // What the server fills in is not what the chart says.
            (_, None) => manifest.or(planned.after.as_ref()),
            (ObjectAction::Delete, _) => None,
            (
                ObjectAction::Keep
                | ObjectAction::Leave(_)
                | ObjectAction::Foreign(_)
                | ObjectAction::Nothing,
                live,
            ) => live.as_ref(),
            _ => planned.after.as_ref(),
        };
        let (before, after) = (planned.live.as_ref().map(plain), after.map(plain));
        let mut part = PartChange::new(
            "object",
            label(&planned.object),
            (cover.value(before.as_ref()), cover.value(after.as_ref())),
        );
        part.notes = self.notes(planned);
        if let ObjectAction::Replace(complaints) = &planned.action {
            part.replaced = true;
            let fields = complaints.iter().map(|one| one.field.as_str());
            let fields: Vec<&str> = fields.filter(|field| !field.is_empty()).collect();
            part.notes
                .push(format!("cannot be changed: {}", fields.join(", ")));
        }
        let idle = matches!(planned.action, ObjectAction::Nothing) && part.notes.is_empty();
        (!idle).then_some(part)
    }

    fn notes(&self, planned: &Planned) -> Vec<String> {
        let mut notes = Vec::new();
        let drifted = self.drift.iter().find(|one| one.object == planned.object);
        match drifted.map(|drifted| &drifted.drift) {
            Some(Drift::Changed(fields)) => {
                let blamed = fields.iter().filter_map(|field| {
                    let touch = field.by.as_ref()?;
                    Some(format!(
                        "{} was changed {}",
                        field.path.trim_start_matches('.'),
                        by(touch)
                    ))
                });
                notes.extend(blamed);
            }
            Some(Drift::Deleted) => notes.push("was deleted behind the release's back".to_owned()),
            Some(Drift::Added(added)) => notes.push(added_by(added)),
            _ => {}
        }
        // Who changed a field is who holds it.
        if notes.is_empty() {
            let taken = planned.conflicts.iter();
            notes.extend(taken.map(|conflict| format!("taken over: {conflict}")));
        }
        match &planned.action {
            ObjectAction::Keep => notes.push("stays: its resource policy is keep".to_owned()),
            ObjectAction::Leave(why) => notes.push(format!("stays, as it is another's: {why}")),
            ObjectAction::Unasked(why) if planned.live.is_some() => {
                notes.push(format!("as far as it is known: {why}"));
            }
            _ => {}
        }
        notes
    }

    /// The hooks that run.
    fn hooks(&self) -> Vec<PartChange> {
        let (before, after) = match self.deployed {
            None => (HookEvent::PreInstall, HookEvent::PostInstall),
            Some(_) => (HookEvent::PreUpgrade, HookEvent::PostUpgrade),
        };
        let none: &[StoredHook] = &[];
        let deployed = self.deployed.map_or(none, |record| &record.hooks);
        let hooks = self.output.rendered.hooks.iter().zip(&self.output.hooks);
        let running =
            hooks.filter(|(hook, _)| hook.events.contains(&before) || hook.events.contains(&after));
        let parts = running.map(|(hook, leaves)| {
            let cover = Cover {
                is_secret: is_secret(&leaves.object),
                leaves: Some(leaves),
                texts: self.secrets,
            };
            let known = deployed
                .iter()
                .find(|one| one.name == hook.name && one.kind == hook.manifest.kind);
            let known = known.and_then(|one| from_yaml(one.manifest.as_bytes()).ok());
            let (old, new) = (known.as_ref().map(plain), plain(&leaves.object));
            let name = format!("{} {}", hook.manifest.kind, hook.name);
            let values = (cover.value(old.as_ref()), cover.value(Some(&new)));
            let mut part = PartChange::new("hook", name, values);
            let events = hook
                .events
                .iter()
                .filter(|event| **event == before || **event == after);
            let events: Vec<&str> = events.map(|event| event.as_str()).collect();
            part.notes.push(format!(
                "runs {}, weight {}",
                events.join(" and "),
                hook.weight
            ));
            part
        });
        parts.collect()
    }
}

fn is_of(leaves: &Leaves, object: &ObjectRef) -> bool {
    let text = |pointer: &str| leaves.object.pointer(pointer).and_then(Json::as_str);
    text("/kind") == Some(object.kind.kind.as_str())
        && text("/metadata/name").unwrap_or_default() == object.name
}

/// What has become of objects behind the release's back.
pub(super) fn drifted(drift: &[DriftedObject], secrets: &[String]) -> Vec<PartChange> {
    drift.iter().map(|one| drifted_part(one, secrets)).collect()
}

fn drifted_part(drifted: &DriftedObject, secrets: &[String]) -> PartChange {
    let name = label(&drifted.object);
    let none = || Value::null(Type::Dynamic);
    let there = Value::empty_object;
    match &drifted.drift {
        Drift::Deleted => PartChange::new("object", name, (there(), none())),
        Drift::Added(added) => {
            let mut part = PartChange::new("object", name, (none(), there()));
            part.notes.push(added_by(added));
            part
        }
        Drift::Changed(fields) => {
            let hidden = drifted.object.kind.kind == "Secret";
            let side = |found: bool| {
                let values = fields.iter().map(|field| {
                    let json = if found { &field.found } else { &field.wanted };
                    let path = field.path.trim_start_matches('.').to_owned();
                    let cover = Cover {
                        is_secret: false,
                        leaves: None,
                        texts: secrets,
                    };
                    let value = cover.value(json.as_ref());
                    let secret =
                        hidden && (path.starts_with("data") || path.starts_with("stringData"));
                    (
                        path,
                        if secret {
                            value.with_marks(Marks::SENSITIVE)
                        } else {
                            value
                        },
                    )
                });
                // Who was first to name a field counts; there is one of each.
                let values: HashMap<String, Value> = values.collect();
                Value::object(values)
            };
            let mut part = PartChange::new("object", name, (side(false), side(true)));
            let mut notes: Vec<String> = fields
                .iter()
                .filter_map(|field| Some(format!("changed {}", by(field.by.as_ref()?))))
                .collect();
            notes.dedup();
            part.notes = notes;
            part
        }
    }
}

/// Whether two objects differ in what a chart says, whatever they are written
/// like.
pub(crate) fn differ(one: &Json, other: &Json) -> bool {
    !changes(one, other).is_empty()
}
