//! Whether what was found is what was found before.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{Field, Object, Report};

/// A digest that is the same for the same drift, whenever it is found and
/// whoever reads it back. What a sensitive field was changed to is no part of it:
/// a digest of a short secret can be guessed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// Whether values are part of a digest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Places,
    Values,
}

impl Object {
    /// What has drifted here and what it is now: the address, what became of the
    /// object and its parts, paths and values after; not who, not when, and not
    /// what it was before.
    pub fn fingerprint(&self) -> Fingerprint {
        digest(&self.outline(Depth::Values))
    }

    /// What has drifted here, whatever it is now. Something that keeps writing
    /// other values to one field drifts at the same place again and again.
    pub fn place(&self) -> Fingerprint {
        digest(&self.outline(Depth::Places))
    }

    fn outline(&self, depth: Depth) -> Json {
        let parts = self.parts.iter().map(|part| {
            let fields = fields(&part.fields, depth);
            serde_json::json!([part.kind, part.name, part.fate.word(), fields])
        });
        let mut parts: Vec<Json> = parts.collect();
        sort(&mut parts);
        let fields = fields(&self.fields, depth);
        serde_json::json!([self.address, self.fate.word(), fields, parts])
    }
}

impl Report {
    /// The digest of all that has drifted, in whatever order it was found.
    /// Reports of a clean stack have one, too.
    pub fn fingerprint(&self) -> Fingerprint {
        let objects = self.objects().iter();
        let mut each: Vec<String> = objects.map(|object| object.fingerprint().0).collect();
        each.sort_unstable();
        digest(&Json::from(each))
    }
}

fn fields(fields: &[Field], depth: Depth) -> Json {
    let mut told: Vec<Json> = fields
        .iter()
        .map(|field| match depth {
            Depth::Places => serde_json::json!([field.path]),
            Depth::Values => serde_json::json!([field.path, field.after]),
        })
        .collect();
    sort(&mut told);
    Json::Array(told)
}

fn sort(values: &mut [Json]) {
    values.sort_by_cached_key(canonical);
}

fn digest(outline: &Json) -> Fingerprint {
    let digest = Sha256::digest(canonical(outline).as_bytes());
    let hex = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    Fingerprint(hex.collect())
}

/// JSON with the keys of objects in order.
fn canonical(value: &Json) -> String {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<(&String, &Json)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields = fields.iter();
            let fields = fields
                .map(|(name, value)| format!("{}:{}", Json::from(name.as_str()), canonical(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Json::Array(values) => {
            let values: Vec<String> = values.iter().map(canonical).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}
