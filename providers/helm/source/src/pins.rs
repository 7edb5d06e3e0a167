//! The file that pins charts to digests, so that the same plan comes out again.
//!
//! The file is JSON, sorted, made to be committed:
//!
//! ```json
//! {
//!   "version": 1,
//!   "charts": [
//!     {
//!       "repository": "https://charts.example.com",
//!       "name": "loki-stack",
//!       "wanted": "^2.10.0",
//!       "version": "2.10.2",
//!       "url": "https://charts.example.com/loki-stack-2.10.2.tgz",
//!       "digest": "sha256:…"
//!     }
//!   ]
//! }
//! ```
//!
//! `repository` is empty for a chart named by its URL. Local folders are not pinned. URLs are kept
//! without user names, passwords and queries: those are not for a file that is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cache::write_whole;
use crate::digest::Digest;
use crate::error::SourceError;
use crate::secret::redact;

/// What was asked for: repository, name or reference, version or constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PinKey {
    /// URL of the repository; empty if the name says all.
    pub repository: String,
    /// Name of the chart, or its URL.
    pub name: String,
    /// Version or constraint; empty for the newest.
    pub wanted: String,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Version; empty for a chart named by its URL.
    pub version: String,
    /// Where the archive was, with nothing secret in it.
    pub url: String,
    /// SHA-256 of the archive.
    pub digest: Digest,
}

/// The pinned charts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins(BTreeMap<PinKey, Pin>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    charts: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    repository: String,
    name: String,
    #[serde(default)]
    wanted: String,
    #[serde(default)]
    version: String,
    url: String,
    digest: String,
}

const FORMAT: u32 = 1;

impl Pins {
    /// Reads the file; nothing is pinned if there is none.
    ///
    /// # Errors
    /// A file of another format, or of a later version of this program.
    pub fn load(path: &Path) -> Result<Self, SourceError> {
        match fs::read(path) {
            Ok(text) => Self::parse(&text).map_err(|problem| SourceError::Pins {
                path: path.to_owned(),
                problem,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SourceError::io("read", path)(error)),
        }
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let document: Document = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if document.version != FORMAT {
            let version = document.version;
            return Err(format!(
                "format version {version} is not known, only {FORMAT}"
            ));
        }
        let mut pins = Self::default();
        for entry in document.charts {
            let digest = Digest::parse(&entry.digest)
                .ok_or_else(|| format!("{}: digest {:?} is none", entry.name, entry.digest))?;
            let key = PinKey {
                repository: entry.repository,
                name: entry.name,
                wanted: entry.wanted,
            };
            let pin = Pin {
                version: entry.version,
                url: entry.url,
                digest,
            };
            pins.0.insert(key, pin);
        }
        Ok(pins)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// A place that can't be written to.
    pub fn save(&self, path: &Path) -> Result<(), SourceError> {
        write_whole(path, self.text().as_bytes())
    }

    fn text(&self) -> String {
        let charts = self.0.iter().map(|(key, pin)| Entry {
            repository: key.repository.clone(),
            name: key.name.clone(),
            wanted: key.wanted.clone(),
            version: pin.version.clone(),
            url: pin.url.clone(),
            digest: pin.digest.to_string(),
        });
        let document = Document {
            version: FORMAT,
            charts: charts.collect(),
        };
        // Only texts and a number: there is nothing in it that JSON can't express.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What was pinned for this.
    #[must_use]
    pub fn get(&self, key: &PinKey) -> Option<&Pin> {
        self.0.get(&key.clone().redacted())
    }

    /// Pins a chart; says what was pinned before.
    pub fn insert(&mut self, key: PinKey, mut pin: Pin) -> Option<Pin> {
        pin.url = redact(&pin.url);
        self.0.insert(key.redacted(), pin)
    }

    /// Forgets what was pinned for this, so that the newest is looked up.
    pub fn remove(&mut self, key: &PinKey) -> Option<Pin> {
        self.0.remove(&key.clone().redacted())
    }
}

impl PinKey {
    fn redacted(mut self) -> Self {
        self.repository = redact(&self.repository);
        self.name = redact(&self.name);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("charts.lock.json");
        assert_eq!(Pins::load(&path).unwrap(), Pins::default());
        let key = |name: &str| PinKey {
            repository: "https://ann:pa55@charts.example".to_owned(),
            name: name.to_owned(),
            wanted: "^1".to_owned(),
        };
        let pin = Pin {
            version: "1.2.3".to_owned(),
            url: "https://charts.example/b.tgz?token=pa55".to_owned(),
            digest: Digest::of(b""),
        };
        let mut pins = Pins::default();
        pins.insert(key("b"), pin.clone());
        pins.insert(key("a"), pin.clone());
        pins.save(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("pa55"), "{text}");
        let loaded = Pins::load(&path).unwrap();
        assert_eq!(loaded, pins);
        assert_eq!(loaded.get(&key("a")).unwrap().digest, pin.digest);
    }

    #[test]
    fn other_files_are_refused() {
        let table = [
            ("{}", "missing field `version` at line 1 column 2"),
            (
                r#"{"version": 2, "charts": []}"#,
                "format version 2 is not known, only 1",
            ),
            (
                r#"{"version": 1, "charts": [{"name": "a", "url": "u", "digest": "sha256:0"}]}"#,
                "a: digest \"sha256:0\" is none",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(Pins::parse(text.as_bytes()).unwrap_err(), expected);
        }
    }
}
