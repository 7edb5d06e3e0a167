//! What a configuration wants.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json};
use trueup_sdk::{Problem, native::attribute_problem, world::Random};
use trueup_value::Value;

use crate::{
    client::{Kind, ObjectRef, mask},
    value::to_json,
};

/// A manifest, as far as it is known.
pub(crate) struct Wanted {
    /// The document as it is applied.
    pub(crate) document: Json,
    /// Whether all of it is known.
    pub(crate) whole: bool,
}

impl Wanted {
    pub(crate) fn of(manifest: &Value) -> Wanted {
        let mut document = to_json(manifest);
        if mask::is_secret(&document) {
            encode(&mut document);
        }
        Wanted {
            document,
            whole: manifest.is_known() && manifest.is_wholly_known(),
        }
    }

    /// The same under the name that was chosen for it, where the manifest has
    /// none.
    pub(crate) fn named(mut self, identity: Option<&str>) -> Wanted {
        let name = identity.and_then(|identity| Some(parse_identity(identity)?.name));
        if ObjectRef::of(&self.document).is_none()
            && let (Some(name), Some(metadata)) = (
                name,
                self.document
                    .get_mut("metadata")
                    .and_then(Json::as_object_mut),
            )
        {
            metadata.remove("generateName");
            metadata.insert("name".to_owned(), Json::String(name));
        }
        self
    }

    /// Which object this is; `None` if that is not known.
    pub(crate) fn object(&self) -> Option<ObjectRef> {
        ObjectRef::of(&self.document)
    }

    /// See [`identify`].
    pub(crate) fn identify(&self, random: &dyn Random) -> Option<String> {
        identify(&self.document, random)
    }
}

/// The name by which the object of a manifest is found again, chosen now if
/// the manifest leaves it to the server.
pub(crate) fn identify(manifest: &Json, random: &dyn Random) -> Option<String> {
    if let Some(object) = ObjectRef::of(manifest) {
        return Some(identity(&object));
    }
    let prefix = manifest.pointer("/metadata/generateName")?.as_str()?;
    let name = format!("{prefix}{}", suffix(random)?);
    let mut named = manifest.clone();
    let metadata = named.get_mut("metadata")?.as_object_mut()?;
    metadata.insert("name".to_owned(), Json::String(name));
    Some(identity(&ObjectRef::of(&named)?))
}

/// Five of the characters Kubernetes makes names of.
pub(crate) fn suffix(random: &dyn Random) -> Option<String> {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let draw = || {
        let drawn = random.below(LETTERS.len() as u64).ok()?;
        let letter = LETTERS.get(usize::try_from(drawn).ok()?)?;
        Some(char::from(*letter))
    };
    (0..5).map(|_| draw()).collect()
}

/// As Terraform's import IDs have it.
pub(crate) fn identity(object: &ObjectRef) -> String {
    let ObjectRef { kind, name, .. } = object;
    let namespace = object.namespace.iter();
    let namespace: String = namespace.map(|name| format!(",namespace={name}")).collect();
    format!(
        "apiVersion={},kind={}{namespace},name={name}",
        kind.api_version, kind.kind
    )
}

/// Reads what [`identity`] wrote.
pub(crate) fn parse_identity(text: &str) -> Option<ObjectRef> {
    let part = |name: &str| {
        let mut parts = text.split(',').filter_map(|part| part.split_once('='));
        let (_, value) = parts.find(|(key, _)| key.trim() == name)?;
        (!value.trim().is_empty()).then(|| value.trim().to_owned())
    };
    Some(ObjectRef {
        kind: Kind::new(part("apiVersion")?, part("kind")?),
        namespace: part("namespace"),
        name: part("name")?,
    })
}

/// Texts of a secret are stored encoded; the server does not say that it did.
fn encode(document: &mut Json) {
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    let Some(Json::Object(texts)) = fields.remove("stringData") else {
        return;
    };
    let data = fields
        .entry("data")
        .or_insert_with(|| Json::Object(Map::new()));
    if let Some(data) = data.as_object_mut() {
        for (name, text) in texts {
            let text = text.as_str().unwrap_or_default();
            data.insert(name, Json::String(STANDARD.encode(text)));
        }
    }
}

/// What is wrong with a manifest that no server is needed to see.
pub(crate) fn validate(manifest: &Value) -> Vec<Problem> {
    let manifest = manifest.unmarked().0;
    if !manifest.is_known() || manifest.is_null() {
        return Vec::new();
    }
    let wrong = |detail: String| attribute_problem("manifest", "Invalid manifest", detail);
    if !matches!(manifest, Value::Object(_) | Value::Map(_)) {
        return vec![wrong("A manifest is an object with apiVersion, kind and metadata. A YAML file with several documents must be split: one resource for each.".to_owned())];
    }
    let mut problems = Vec::new();
    let text = |value: Option<&Value>| match value.map(|value| value.unmarked().0) {
        Some(Value::String(text)) => Some(text.as_str() != ""),
        Some(Value::Unknown(_)) => Some(true),
        _ => None,
    };
    for name in ["apiVersion", "kind"] {
        if text(manifest.get(name)) != Some(true) {
            problems.push(wrong(format!(
                "The manifest needs a text under \"{name}\"."
            )));
        }
    }
    let metadata = manifest
        .get("metadata")
        .map(|metadata| metadata.unmarked().0);
    match metadata {
        Some(Value::Unknown(_)) => {}
        Some(metadata) => {
            let named = ["name", "generateName"]
                .iter()
                .any(|name| text(metadata.get(name)) == Some(true));
            if !named {
                problems.push(wrong(
                    "The manifest needs a name: metadata.name or metadata.generateName.".to_owned(),
                ));
            }
        }
        None => problems.push(wrong(
            "The manifest needs \"metadata\" with a name.".to_owned(),
        )),
    }
    if manifest
        .get("status")
        .is_some_and(|status| !status.is_null())
    {
        problems.push(wrong(
            "\"status\" is for controllers to write; remove it from the manifest.".to_owned(),
        ));
    }
    problems
}
