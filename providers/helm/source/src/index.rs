//! `index.yaml`: which versions of a chart a repository has.

mod excerpt;

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use trueup_helm_template::semver::Version;
use trueup_helm_template::yaml::from_yaml;

use crate::error::SourceError;
use crate::version::sort_newest_first;

/// A version of a chart in a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartVersion {
    /// Name of the chart.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where the archive is; relative ones to the repository.
    pub urls: Vec<String>,
    /// SHA-256 of the archive; empty if the repository doesn't tell.
    pub digest: String,
}

/// The versions of `chart` in an index, the newest first; `None` if it has no such chart.
///
/// Only the lines about that chart are read in full: an index of 30 MB costs a few milliseconds,
/// and a mistake in the entry of another chart is none of ours. Versions that Helm would skip
/// (no version, no name, of an unknown type) are skipped here too.
///
/// # Errors
/// In Helm's words, for what is no index.
pub fn chart_versions(index: &[u8], chart: &str) -> Result<Option<Vec<ChartVersion>>, SourceError> {
    let refuse = |problem: String| Err(SourceError::Index(problem));
    if index.is_empty() {
        return refuse("empty index.yaml file".to_owned());
    }
    let entry = match read_json(index, chart) {
        Some(found) => found,
        None => read_yaml(index, chart)?,
    };
    if !entry.versioned {
        return refuse("no API version specified".to_owned());
    }
    let Some(versions) = entry.versions else {
        return Ok(None);
    };
    let mut found: Vec<ChartVersion> = match &versions {
        Value::Array(items) => items.iter().filter_map(read_version).collect(),
        Value::Null => Vec::new(),
        other => {
            return refuse(format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go struct field IndexFile.entries of type repo.ChartVersions",
                kind(other)
            ));
        }
    };
    sort_newest_first(&mut found, |one| &one.version);
    Ok(Some(found))
}

/// What an index says about one chart.
struct Entry {
    /// Whether the index has an `apiVersion`.
    versioned: bool,
    versions: Option<Value>,
}

fn read_json(index: &[u8], chart: &str) -> Option<Entry> {
    #[derive(Deserialize)]
    struct Index<'a> {
        #[serde(rename = "apiVersion", default)]
        api_version: String,
        #[serde(borrow, default)]
        entries: HashMap<String, &'a RawValue>,
    }
    if index.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return None;
    }
    let index: Index<'_> = serde_json::from_slice(index).ok()?;
    let versions = match index.entries.get(chart) {
        None => None,
        Some(raw) => Some(serde_json::from_str(raw.get()).ok()?),
    };
    Some(Entry {
        versioned: !index.api_version.is_empty(),
        versions,
    })
}

fn read_yaml(index: &[u8], chart: &str) -> Result<Entry, SourceError> {
    let excerpt = std::str::from_utf8(index)
        .ok()
        .and_then(|text| excerpt::find(text, chart));
    if let Some(excerpt) = excerpt {
        match excerpt.lines {
            None => {
                return Ok(Entry {
                    versioned: excerpt.versioned,
                    versions: None,
                });
            }
            // Lines that can't stand alone (an alias of an anchor elsewhere) are read in place.
            Some(lines) => {
                if let Ok(Value::Object(mut map)) = from_yaml(lines.as_bytes())
                    && map.len() == 1
                    && let Some(versions) = map.remove(chart)
                {
                    return Ok(Entry {
                        versioned: excerpt.versioned,
                        versions: Some(versions),
                    });
                }
            }
        }
    }
    read_whole(index, chart)
}

fn read_whole(index: &[u8], chart: &str) -> Result<Entry, SourceError> {
    let whole = from_yaml(index)
        .map_err(|error| SourceError::Index(format!("error converting YAML to JSON: {error}")))?;
    let mut map = match whole {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        other => {
            return Err(SourceError::Index(format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type repo.IndexFile",
                kind(&other)
            )));
        }
    };
    let versions = match map.remove("entries") {
        Some(Value::Object(mut entries)) => entries.remove(chart),
        _ => None,
    };
    Ok(Entry {
        versioned: map
            .get("apiVersion")
            .is_some_and(|version| !text(version).is_empty()),
        versions,
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A scalar where text is wanted.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(String::new, |value| value.to_string()),
        _ => String::new(),
    }
}

/// A version that Helm would not skip.
fn read_version(value: &Value) -> Option<ChartVersion> {
    let Value::Object(map) = value else {
        return None;
    };
    let field = |name: &str| map.get(name).map_or_else(String::new, text);
    let name = field("name");
    let version = field("version");
    let named = !name.is_empty() && !matches!(name.as_str(), "." | "..") && !name.contains('/');
    let typed = matches!(field("type").as_str(), "" | "application" | "library");
    if !named || !typed || Version::parse(&version).is_err() {
        return None;
    }
    if has_null(map, "maintainers") || has_null(map, "dependencies") || has_bad_alias(map) {
        return None;
    }
    let urls = match map.get("urls") {
        Some(Value::Array(urls)) => urls.iter().map(text).collect(),
        _ => Vec::new(),
    };
    Some(ChartVersion {
        name,
        version,
        urls,
        digest: field("digest"),
    })
}

fn has_null(map: &Map<String, Value>, list: &str) -> bool {
    matches!(map.get(list), Some(Value::Array(items)) if items.iter().any(Value::is_null))
}

fn has_bad_alias(map: &Map<String, Value>) -> bool {
    let Some(Value::Array(dependencies)) = map.get("dependencies") else {
        return false;
    };
    let word =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    dependencies
        .iter()
        .filter_map(|dependency| dependency.get("alias"))
        .any(|alias| !text(alias).chars().all(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(index: &str, chart: &str) -> String {
        match chart_versions(index.as_bytes(), chart) {
            Err(error) => format!("error: {error}"),
            Ok(None) => "none".to_owned(),
            Ok(Some(found)) => found
                .iter()
                .map(|one| format!("{}@{}", one.version, one.urls.join("|")))
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    const BLOCK: &str = "apiVersion: v1\nentries:\n  alpine:\n  - name: alpine\n    version: 0.9.0\n    urls:\n    - a-0.9.0.tgz\n    description: |\n      nginx:\n\n      - a\n  - name: alpine\n    version: 1.10.0\n    urls: [a-1.10.0.tgz]\n  - name: alpine\n    version: 1.9.0\n  nginx:\n    - name: nginx\n      version: 1\n      urls:\n        - https://example.com/n.tgz\n  odd: []\ngenerated: \"2026\"\n";

    #[test]
    fn the_entry_of_one_chart_is_read() {
        let table = [
            (
                BLOCK,
                "alpine",
                "1.10.0@a-1.10.0.tgz 1.9.0@ 0.9.0@a-0.9.0.tgz",
            ),
            (BLOCK, "nginx", "1@https://example.com/n.tgz"),
            (BLOCK, "odd", ""),
            (BLOCK, "entries", "none"),
            (BLOCK, "a", "none"),
            ("", "a", "error: empty index.yaml file"),
            ("entries: {}\n", "a", "error: no API version specified"),
            ("apiVersion: v1\n", "a", "none"),
            (
                "# first\n---\napiVersion: v1\nentries: {a: [{name: a, version: 1.2.3}]}\n",
                "a",
                "1.2.3@",
            ),
            (
                "apiVersion: v1\nentries:\n  \"a\":\n  - &x {name: a, version: 1.2.3}\n  'b':\n  - *x\n",
                "b",
                "1.2.3@",
            ),
            (
                r#" {"apiVersion":"v1","entries":{"a":[{"name":"a","version":"2.0.0"},null,{"name":"a","version":"10.0.0"}]}}"#,
                "a",
                "10.0.0@ 2.0.0@",
            ),
            // Skipped: no name, a path for a name, no version, an unknown type, a bad alias.
            (
                "apiVersion: v1\nentries:\n  a:\n  - version: 1.0.0\n  - {name: a/b, version: 1.0.0}\n  - {name: a}\n  - {name: a, version: 1.0.0, type: x}\n  - {name: a, version: 1.0.0, dependencies: [{alias: 'a b'}]}\n  - {name: a, version: 3.0.0, type: library}\n",
                "a",
                "3.0.0@",
            ),
        ];
        for (index, chart, expected) in table {
            assert_eq!(versions(index, chart), expected, "{chart} in\n{index}");
        }
    }

    #[test]
    fn an_excerpt_says_what_the_whole_says() {
        for chart in ["alpine", "nginx", "odd"] {
            let excerpt = read_yaml(BLOCK.as_bytes(), chart).unwrap();
            let whole = read_whole(BLOCK.as_bytes(), chart).unwrap();
            assert!(excerpt::find(BLOCK, chart).is_some());
            assert_eq!(excerpt.versions, whole.versions);
        }
    }

    #[test]
    fn a_large_index_is_read_fast() {
        let mut index = "apiVersion: v1\nentries:\n".to_owned();
        for chart in 0..300 {
            index.push_str(&format!("  chart-{chart}:\n"));
            for version in 0..100 {
                index.push_str(&format!("  - apiVersion: v2\n    created: \"2026-11-01T10:00:00.000000000Z\"\n    description: {:500}.\n    digest: 0000\n    name: chart-{chart}\n    urls:\n    - charts/chart-{chart}-{version}.0.0.tgz\n    version: {version}.0.0\n", "x"));
            }
        }
        assert!(index.len() > 18_000_000);
        let start = std::time::Instant::now();
        let found = chart_versions(index.as_bytes(), "chart-299").unwrap();
        assert_eq!(found.map(|found| found.len()), Some(100));
        let took = start.elapsed();
        assert!(took.as_secs() < 3, "{took:?}");
    }
}
