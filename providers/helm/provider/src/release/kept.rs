//! What is kept with a release in the state, for nobody but this provider.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use trueup_helm::{Step, ValuePath};

/// The entry in the private data: Terraform's framework wants those to be JSON
/// objects of Base64.
const ENTRY: &str = "trueup";

/// Which values are secret: whoever reads a release again is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    secrets: Vec<Vec<Key>>,
}

/// A step of a path through values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Index(usize),
    Name(String),
}

impl Kept {
    pub(super) fn new(secret: &[ValuePath]) -> Self {
        let key = |step: &Step| match step {
            Step::Key(name) => Key::Name(name.to_str().into_owned()),
            Step::Index(index) => Key::Index(*index),
        };
        let paths = secret.iter().map(|path| path.0.iter().map(key).collect());
        Kept {
            secrets: paths.collect(),
        }
    }

    /// What is kept; nothing if it is not ours.
    pub(super) fn read(private: &[u8]) -> Self {
        let entries: Option<BTreeMap<String, String>> = serde_json::from_slice(private).ok();
        let entry = entries.and_then(|mut entries| entries.remove(ENTRY));
        let bytes = entry.and_then(|entry| STANDARD.decode(entry).ok());
        let kept = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        kept.unwrap_or_default()
    }

    /// As it is stored; nothing where there is nothing to keep.
    pub(super) fn write(&self) -> Vec<u8> {
        if self.secrets.is_empty() {
            return Vec::new();
        }
        let json = serde_json::to_vec(self).unwrap_or_default();
        let entries = BTreeMap::from([(ENTRY, STANDARD.encode(json))]);
        serde_json::to_vec(&entries).unwrap_or_default()
    }

    /// The secret texts among the values of a revision.
    pub(super) fn texts(&self, values: &Map<String, Json>) -> Vec<String> {
        let found = self.secrets.iter().filter_map(|path| {
            let (first, rest) = path.split_first()?;
            let Key::Name(first) = first else {
                return None;
            };
            rest.iter()
                .try_fold(values.get(first)?, |value, key| match key {
                    Key::Name(name) => value.get(name),
                    Key::Index(index) => value.get(index),
                })
        });
        let texts = found
            .filter_map(Json::as_str)
            .filter(|text| text.chars().count() > 3);
        texts.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_found_again() {
        let paths = [
            ValuePath::dotted("a.b"),
            ValuePath::dotted("c").child(Step::Index(1)),
        ];
        let kept = Kept::new(&paths);
        assert_eq!(Kept::read(&kept.write()), kept);
        let values = json!({"a": {"b": "hunter2"}, "c": ["x", "swordfish"], "d": "plain"});
        let texts = kept.texts(values.as_object().unwrap());
        assert_eq!(texts, ["hunter2", "swordfish"]);
        // What others keep is no concern of ours.
        assert_eq!(Kept::read(b"{\"other\":\"e30=\"}"), Kept::default());
        assert_eq!(Kept::read(b"null"), Kept::default());
        assert_eq!(Kept::default().write(), Vec::<u8>::new());
    }
}
