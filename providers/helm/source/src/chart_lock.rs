//! `Chart.lock`: the versions that the dependencies of a chart came to.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use trueup_helm::Dependency;
use trueup_helm_template::yaml::{from_yaml, to_json, to_yaml};

use crate::cache::write_whole;
use crate::digest::Digest;
use crate::error::SourceError;

/// A lock file of Helm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChartLock {
    /// When it was made, in RFC 3339.
    pub generated: String,
    /// Digest of what was wanted and what it came to: see [`lock_digest`].
    pub digest: String,
    /// Name, version and repository of each dependency.
    pub dependencies: Vec<Dependency>,
}

impl ChartLock {
    /// The lock of these dependencies, made at `now`.
    #[must_use]
    pub fn new(wanted: &[Dependency], locked: Vec<Dependency>, now: SystemTime) -> Self {
        Self {
            generated: rfc_3339(now),
            digest: lock_digest(wanted, &locked),
            dependencies: locked,
        }
    }

    /// Reads the text of a lock file.
    ///
    /// # Errors
    /// In Helm's words, for texts that aren't one.
    pub fn parse(text: &[u8]) -> Result<Self, SourceError> {
        let refuse =
            |problem: String| SourceError::dependency(format!("cannot load Chart.lock: {problem}"));
        let value = from_yaml(text)
            .map_err(|error| refuse(format!("error converting YAML to JSON: {error}")))?;
        let field = |value: &Value, name: &str| match value.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let dependencies = match value.get("dependencies") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| Dependency {
                    name: field(item, "name"),
                    version: field(item, "version"),
                    repository: field(item, "repository"),
                    ..Dependency::default()
                })
                .collect(),
            Some(_) => return Err(refuse("dependencies must be a list".to_owned())),
        };
        Ok(Self {
            generated: field(&value, "generated"),
            digest: field(&value, "digest"),
            dependencies,
        })
    }

    /// Reads the lock file of the chart in `folder`, if it has one.
    ///
    /// # Errors
    /// As [`ChartLock::parse`], and for a file that can't be read.
    pub fn load(folder: &Path, name: &str) -> Result<Option<Self>, SourceError> {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SourceError::io("read", path)(error)),
        }
    }

    /// The text as Helm writes it.
    ///
    /// # Errors
    /// Values that YAML can't express: there are none in a lock file.
    pub fn text(&self) -> Result<String, SourceError> {
        let dependencies: Vec<Value> = self
            .dependencies
            .iter()
            .map(|one| {
                let mut map = Map::new();
                map.insert("name".to_owned(), json!(one.name));
                map.insert("repository".to_owned(), json!(one.repository));
                if !one.version.is_empty() {
                    map.insert("version".to_owned(), json!(one.version));
                }
                Value::Object(map)
            })
            .collect();
        let document = json!({
            "dependencies": dependencies,
            "digest": self.digest,
            "generated": self.generated,
        });
        to_yaml(&document).map_err(|error| SourceError::dependency(error.to_string()))
    }

    /// Writes the lock file into `folder`, whole or not at all. A link is refused, as in Helm.
    ///
    /// # Errors
    /// A link in its place, or a folder that can't be written to.
    pub fn save(&self, folder: &Path, name: &str) -> Result<(), SourceError> {
        let path = folder.join(name);
        if let Ok(target) = fs::read_link(&path) {
            let target = target.display().to_string();
            return Err(SourceError::dependency(format!(
                "the {name} file is a symlink to {target:?}"
            )));
        }
        write_whole(&path, self.text()?.as_bytes())
    }
}

/// Helm's digest of what was wanted and what it came to: SHA-256 of both lists as JSON.
#[must_use]
pub fn lock_digest(wanted: &[Dependency], locked: &[Dependency]) -> String {
    let text = format!("[{},{}]", list_json(wanted), list_json(locked));
    Digest::of(text.as_bytes()).to_string()
}

/// The digest that Helm 2 made of what was wanted.
#[must_use]
pub fn lock_digest_2(wanted: &[Dependency]) -> String {
    let text = format!("{{\"dependencies\":{}}}", list_json(wanted));
    Digest::of(text.as_bytes()).to_string()
}

fn list_json(dependencies: &[Dependency]) -> String {
    let items: Vec<String> = dependencies.iter().map(dependency_json).collect();
    format!("[{}]", items.join(","))
}

/// A dependency as Go's `encoding/json` writes Helm's struct: fields in their order, empty ones
/// left out except name and repository.
fn dependency_json(one: &Dependency) -> String {
    let mut fields = Vec::new();
    let mut field = |name: &str, value: &Value, present: bool| {
        if present {
            fields.push(format!("\"{name}\":{}", to_json(value)));
        }
    };
    let text = |text: &str| Value::String(text.to_owned());
    field("name", &text(&one.name), true);
    field("version", &text(&one.version), !one.version.is_empty());
    field("repository", &text(&one.repository), true);
    field(
        "condition",
        &text(&one.condition),
        !one.condition.is_empty(),
    );
    field("tags", &json!(one.tags), !one.tags.is_empty());
    field("enabled", &json!(true), one.enabled);
    let imports = Value::Array(one.import_values.clone());
    field("import-values", &imports, !one.import_values.is_empty());
    field("alias", &text(&one.alias), !one.alias.is_empty());
    format!("{{{}}}", fields.join(","))
}

/// A time in RFC 3339 with nanoseconds, in UTC.
fn rfc_3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = format!("{:09}", since.subsec_nanos());
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{point}{fraction}Z")
}

/// Year, month and day of the Gregorian calendar, from days since 1970 (Howard Hinnant's
/// `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_written_out() {
        let table = [
            (0, 0, "1970-01-01T00:00:00Z"),
            (951_827_696, 0, "2000-02-29T12:34:56Z"),
            (1_795_000_000, 120_000_000, "2026-11-18T11:06:40.12Z"),
            (4_107_542_399, 1, "2100-02-28T23:59:59.000000001Z"),
        ];
        for (seconds, nanos, expected) in table {
            let time = UNIX_EPOCH + Duration::new(seconds, nanos);
            assert_eq!(rfc_3339(time), expected);
        }
    }

    #[test]
    fn a_lock_comes_back_as_it_was() {
        let text = "dependencies:\n- name: a\n  repository: https://charts.example\n  version: 1.2.3\n- name: b\n  repository: \"\"\ndigest: sha256:00\ngenerated: \"2026-11-23T02:00:00Z\"\n";
        let lock = ChartLock::parse(text.as_bytes()).unwrap();
        assert_eq!(lock.dependencies.len(), 2);
        assert_eq!(lock.text().unwrap(), text);
    }
}
