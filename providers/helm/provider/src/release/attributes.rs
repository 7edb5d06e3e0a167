//! What a state holds of a release that is in the cluster.

use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use trueup_helm::{Metadata, Step, split};
use trueup_helm_release::Record;
use trueup_helm_template::yaml::{from_yaml, to_json};
use trueup_sdk::native::Fields;
use trueup_value::{Type, Value};

use crate::{
    charts::is_wanted,
    session::{Place, Session},
    values::{Marked, Values},
};

/// What stands for a secret, as in Terraform's provider.
const CLOAK: &str = "(sensitive value)";

/// Notes in `fields` what there is of the release. Nothing else is changed.
pub(super) fn note(fields: &mut Fields, record: &Record, session: &Session) {
    fields.set_text("id", record.name.as_str());
    fields.set_text("name", record.name.as_str());
    fields.set_text("namespace", record.namespace.as_str());
    fields.set_text("status", record.info.status.as_str());
    let version = chart_text(record, |chart| &chart.version);
    let wanted = fields.text("version").unwrap_or_default();
    if wanted.is_empty() || !is_wanted(wanted, version) {
        fields.set_text("version", version);
    }
    if !fields.get("description").is_known() {
        fields.set_optional("description", None);
    }
    let values = shown_values(fields, &record.config);
    fields.set("metadata", metadata(record, values));
    let manifest = match session.keeps_manifest {
        true => Value::string(manifest(&record.manifest, &secrets(fields))),
        false => Value::null(Type::String),
    };
    fields.set("manifest", manifest);
    let unknown = !fields.get("resources").is_known();
    if unknown || !session.keeps_manifest {
        fields.set("resources", Value::null(Type::map(Type::String)));
    }
}

fn chart_text(
    record: &Record,
    text: impl Fn(&trueup_helm_release::StoredMetadata) -> &String,
) -> &str {
    let metadata = record.chart.metadata.as_ref();
    metadata.map_or("", |metadata| text(metadata))
}

fn metadata(record: &Record, values: String) -> Value {
    let text = |text: &str| Value::string(text);
    let seconds = |time: &trueup_helm_release::Time| Value::number(time.seconds().unwrap_or(0));
    let revision = i64::try_from(record.version).unwrap_or(i64::MAX);
    Value::object([
        (
            "app_version",
            text(chart_text(record, |chart| &chart.app_version)),
        ),
        ("chart", text(chart_text(record, |chart| &chart.name))),
        ("first_deployed", seconds(&record.info.first_deployed)),
        ("last_deployed", seconds(&record.info.last_deployed)),
        ("name", text(&record.name)),
        ("namespace", text(&record.namespace)),
        ("notes", text(&record.info.notes)),
        ("revision", Value::number(revision)),
        ("values", Value::string(values)),
        ("version", text(chart_text(record, |chart| &chart.version))),
    ])
}

/// The type of `metadata`.
pub(super) fn metadata_type() -> Type {
    let text = |name: &'static str| (name, Type::String);
    Type::object([
        text("app_version"),
        text("chart"),
        ("first_deployed", Type::Number),
        ("last_deployed", Type::Number),
        text("name"),
        text("namespace"),
        text("notes"),
        ("revision", Type::Number),
        text("values"),
        text("version"),
    ])
}

/// What `metadata` will be; values and notes only once all values are known.
pub(super) fn expected(
    fields: &Fields,
    place: &Place,
    chart: &Metadata,
    known: Option<(&Map<String, Json>, &String)>,
    current: Option<&Record>,
) -> Value {
    let unknown = || Value::unknown(Type::String);
    let number = || Value::unknown(Type::Number);
    let text = |text: &String| Value::string(text.as_str());
    let first = current.and_then(|record| record.info.first_deployed.seconds());
    let values = known.map(|(values, _)| Value::string(shown_values(fields, values)));
    Value::object([
        ("app_version", text(&chart.app_version)),
        ("chart", text(&chart.name)),
        ("first_deployed", first.map_or_else(number, Value::number)),
        ("last_deployed", number()),
        ("name", text(&place.name)),
        ("namespace", text(&place.namespace)),
        (
            "notes",
            known.map_or_else(unknown, |(_, notes)| text(notes)),
        ),
        ("revision", number()),
        ("values", values.unwrap_or_else(unknown)),
        ("version", text(&chart.version)),
    ])
}

/// The values as JSON, without those that `set_sensitive` sets; none once
/// values were given that are never stored, since nobody could tell which.
pub(super) fn shown_values(fields: &Fields, values: &Map<String, Json>) -> String {
    if fields.integer("set_wo_revision").unwrap_or(0) > 0 {
        return "{}".to_owned();
    }
    let mut shown = Json::Object(values.clone());
    for entry in fields.objects("set_sensitive") {
        if let Some(name) = entry.text("name") {
            cloak(&mut shown, name);
        }
    }
    to_json(&shown)
}

/// Covers the value at a path of `helm --set`, with whatever is in it.
fn cloak(values: &mut Json, name: &str) {
    let mut alone = trueup_helm::Given::default();
    let lay = |into: &mut Map<String, Json>| {
        trueup_helm::set(into, &format!("{name}=x"), trueup_helm::Setting::Text)
    };
    // What is no path sets nothing, so that there is nothing to cover.
    let _ = alone.flag("", lay);
    let paths: Vec<_> = alone.leaves().map(|(path, _)| path).collect();
    for path in paths {
        let mut at = Some(&mut *values);
        for step in &path.0 {
            at = at.and_then(|value| match step {
                Step::Key(key) => value.get_mut(&*key.to_str()),
                Step::Index(index) => value.get_mut(*index),
            });
        }
        if let Some(at) = at {
            *at = CLOAK.into();
        }
    }
}

/// Texts that `set_sensitive` sets.
fn secrets(fields: &Fields) -> Vec<String> {
    let values = Values::of(fields, Marked::default());
    values.map(|values| values.secrets()).unwrap_or_default()
}

/// The objects of a manifest as JSON by where they are; secrets are replaced by
/// digests, so that changes still show.
pub(super) fn manifest(text: &str, secrets: &[String]) -> String {
    let mut objects = Map::new();
    for document in split(text) {
        let Ok(mut object) = from_yaml(document.as_bytes()) else {
            continue;
        };
        let Some(key) = key_of(&object) else {
            continue;
        };
        digest_data(&mut object);
        objects.insert(key, object);
    }
    let mut json = to_json(&Json::Object(objects));
    for secret in secrets {
        json = json.replace(secret.as_str(), &digest(secret));
    }
    json
}

fn key_of(object: &Json) -> Option<String> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str);
    let (kind, version) = (text("/kind")?.to_lowercase(), text("/apiVersion")?);
    let group = version
        .split_once('/')
        .map(|(group, _)| format!(".{group}"));
    let name = text("/metadata/name")?;
    let key = format!("{kind}{}/{version}/{name}", group.unwrap_or_default());
    Some(match text("/metadata/namespace") {
        Some(namespace) => format!("{namespace}/{key}"),
        None => key,
    })
}

fn digest_data(object: &mut Json) {
    if object.get("kind").and_then(Json::as_str) != Some("Secret") {
        return;
    }
    for name in ["data", "stringData"] {
        let entries = object.get_mut(name).and_then(Json::as_object_mut);
        for value in entries.into_iter().flat_map(|entries| entries.values_mut()) {
            if let Some(text) = value.as_str() {
                *value = digest(text).into();
            }
        }
    }
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("(sensitive value {hex})")
}
